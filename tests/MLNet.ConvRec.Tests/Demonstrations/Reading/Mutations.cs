using System.Text;

namespace MLNet.ConvRec.Tests.Demonstrations.Reading;

/// <summary>Makes lines that no one would write of lines that models wrote.</summary>
internal static class Mutations
{
    private const string Odd =
        "()[]{}<>\"“”'’*_`#-–—:;,.!?&|/\\0123456789 \t\n\u00A0\u200B\uFEFF\uFFFE\uD83C\uDFAC\uD800\uDC00\u0301１９（）：、。№①½éßИ千기ا";

    private static readonly string[] Pieces =
    [
        "(1979)", "[", "**", " - ", ": ", " and ", ", ", "aka ", "1. ", "No. 1", "&amp;", "&#x110000;", "](", "<b", "User:", "Part II",
        "The ",
    ];

    /// <summary>Makes lines, the same for the same seed.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<string> lines, int count, int seed = 3407)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var line = new StringBuilder(random.Next(8) == 0 ? "" : lines[random.Next(lines.Count)]);
            for (var change = random.Next(1, 12); change > 0; change--)
                Change(line, random);
            yield return random.Next(50) == 0 ? new string(line[random.Next(line.Length)], 2000) + line : line.ToString();
        }
    }

    private static void Change(StringBuilder line, Random random)
    {
        var place = random.Next(line.Length + 1);
        switch (random.Next(5))
        {
            case 0 when place < line.Length:
                line.Remove(place, Math.Min(random.Next(1, 6), line.Length - place));
                goto default; // a line never becomes empty
            case 1:
                line.Insert(place, Pieces[random.Next(Pieces.Length)]);
                break;
            case 2 when place < line.Length:
                line[place] = (char)random.Next(0x10000);
                break;
            case 3:
                line.Insert(place, line.ToString());
                line.Length = Math.Min(line.Length, 600);
                goto default;
            default:
                line.Insert(Math.Min(place, line.Length), Odd[random.Next(Odd.Length)]);
                break;
        }
    }
}
