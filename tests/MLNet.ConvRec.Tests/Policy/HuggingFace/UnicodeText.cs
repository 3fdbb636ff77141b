using System.Globalization;
using System.Text;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>Texts of code points of the whole of Unicode, lone surrogates among them, and of what tokenizers stumble over.</summary>
internal static class UnicodeText
{
    private static readonly string[] Snippets =
    [
        " ", "  ", "    ", "\n", "\n\n", "\r\n", "\t", " \n", "\n ", "\u0085", "\uFEFF", "\u2028", "\u00A0", "\u200B", "\u200D", "\u001C", "\u0000",
        "'s", "'S", "'ll", "’ve", "'re", "'t", "'ſ", "it's", "I'M", "(1999)", "2001", "1,234,567.89", "e\u0301", "각", "\u1112\u1161\u11AB", "…", "--", "***",
        ")\n", ".\n\n", "The Matrix", "Amélie", "千と千尋の神隠し", "😀", "👩‍👩‍👧‍👦", "🇫🇷", "👍🏽", "𝔸", "𝟙𝟚𝟛", "𠮷", "ﬁ", "½", "Ⅳ", "²", "٣٤٥", "१२३", "ß", "İ",
        "<|im_end|>", "<|im_start|>", "<|endoftext|>", "<|eot_id|>", "<|begin_of_text|>", "<|reserved_special_token_7|>", "<think>", "</tool_call>",
    ];

    private static readonly (int First, int Last)[] Ranges =
    [
        (0x20, 0x7E), (0x09, 0x0D), (0x30, 0x39), (0xA0, 0x24F), (0x250, 0x36F), (0x370, 0x52F), (0x530, 0x6FF), (0x900, 0xDFF), (0xE00, 0x139F),
        (0x1E00, 0x2BFF), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7A3), (0xF900, 0xFFFF), (0x10000, 0x10FFF),
        (0x11000, 0x12FFF), (0x13000, 0x1BFFF), (0x1D000, 0x1EFFF), (0x1F000, 0x1FBFF), (0x20000, 0x323AF), (0x0, 0x10FFFF),
    ];

    /// <summary>Makes texts; the same ones for the same seed.</summary>
    public static IEnumerable<string> Many(int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
            yield return random.Next(16) == 0 ? Run(random) : Mixture(random);
    }

    private static string Mixture(Random random)
    {
        var text = new StringBuilder();
        var (first, last) = Ranges[random.Next(Ranges.Length)];
        for (var left = random.Next(1, 32); left > 0; left--)
        {
            if (random.Next(6) == 0)
                (first, last) = Ranges[random.Next(Ranges.Length)];
            _ = random.Next(5) switch
            {
                0 => text.Append(Snippets[random.Next(Snippets.Length)]),
                1 when random.Next(40) == 0 => text.Append((char)random.Next(0xD800, 0xE000)),
                _ => text.Append(CodePoint(random, first, last)),
            };
        }

        return text.ToString();
    }

    // One character or snippet many times over.
    private static string Run(Random random)
    {
        var (first, last) = Ranges[random.Next(Ranges.Length)];
        var repeated = random.Next(2) == 0 ? Snippets[random.Next(Snippets.Length)] : CodePoint(random, first, last);
        return string.Concat(Enumerable.Repeat(repeated, random.Next(2, 300))) + (random.Next(2) == 0 ? "x" : "");
    }

    private static string CodePoint(Random random, int first, int last)
    {
        while (true)
        {
            var value = random.Next(first, last + 1);
            if (Rune.IsValid(value) && Rune.GetUnicodeCategory(new Rune(value)) != UnicodeCategory.OtherNotAssigned)
                return new Rune(value).ToString();
        }
    }
}
