using System.Text;

namespace MLNet.ConvRec.Tests.Policy.Tokenizer;

/// <summary>Texts of random code points of all kinds, those outside the basic plane included.</summary>
internal static class RandomText
{
    private static readonly (int First, int Last)[] Ranges =
    [
        (0x20, 0x7E), (0x20, 0x7E), (0x09, 0x0D), (0x30, 0x39), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x900, 0x97F),
        (0x2000, 0x206F), (0x3040, 0x30FF),
        (0x4E00, 0x4EFF), (0xAC00, 0xAC7F), (0x1D400, 0x1D7FF),
        (0x1F300, 0x1F64F), (0x10400, 0x1044F), (0x1E900, 0x1E943), (0x11100, 0x11146), (0x20000, 0x20100),
    ];

    private static readonly string[] Snippets =
    [
        " (1999)", "\n", "'s", "’ll", "The Matrix", "<|im_end|>",
        "  ", " 2049", "e\u0301", "...", "\r\n",
    ];

    public static IEnumerable<string> Many(int count, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => One(random)).ToArray();
    }

    private static string One(Random random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(1, 24); left > 0; left--)
        {
            var (first, last) = Ranges[random.Next(Ranges.Length)];
            text.Append(random.Next(4) == 0 ? Snippets[random.Next(Snippets.Length)] : new Rune(random.Next(first, last + 1)).ToString());
        }

        return text.ToString();
    }
}
