using System.Globalization;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>
/// Reads teachers' lists as they really come: numbered or not, with bullets, quotes, bold, with or without years, between prose.
/// </summary>
/// <remarks>Safe for use from several threads.</remarks>
internal sealed partial class ListReader(ItemCatalog catalog, IReadOnlyList<double> popularity)
{
    // What stands unnumbered and unlinked is prose if it is longer than titles are, or ends as sentences do.
    private const int LongestTitleInWords = 10;

    /// <summary>Reads a list.</summary>
    /// <param name="raw">The lines as written.</param>
    public ReadList Read(IReadOnlyList<string> raw)
    {
        var isNumbered = raw.Count(line => Marker().IsMatch(line)) * 2 > raw.Count;
        List<TeacherLine> lines = [];
        foreach (var line in raw)
        {
            if (ReadLine(line, isNumbered) is { } read)
                lines.Add(read);
        }

        return new ReadList(lines, raw.Count - lines.Count);
    }

    private TeacherLine? ReadLine(string line, bool listIsNumbered)
    {
        var marker = Marker().Match(line);
        var text = Bare(marker.Success ? line[marker.Length..] : line);
        if (text.Length == 0)
            return null;
        if (TitleAndYear().Match(text) is { Success: true } dated)
        {
            var title = Bare(dated.Groups["title"].Value);
            var year = int.Parse(dated.Groups["year"].ValueSpan, CultureInfo.InvariantCulture);
            var item = LinkedDialogue.Find(new ItemReference(title, year), catalog);
            return title.Length == 0 ? null : new TeacherLine(title, year, item >= 0 ? item : null);
        }

        if (WithoutYear(text) is { } linked)
            return linked;
        return text.EndsWith(':') || (!marker.Success && (listIsNumbered || IsSentence(text)))
            ? null
            : new TeacherLine(Bare(FirstPart(text)), null, null);
    }

    // The whole text as a title, else what stands before a dash, a colon or a parenthesis that opens a remark.
    private TeacherLine? WithoutYear(string text)
    {
        foreach (var title in (string[])[text, Bare(FirstPart(text))])
        {
            if (MostPopular(catalog.WithTitle(title)) is { } item)
                return new TeacherLine(title, null, item);
        }

        return null;
    }

    // A bare title means the film of that name that most people mean: by popularity, then the newest.
    private int? MostPopular(IReadOnlyList<int> items) => items.Count == 0
        ? null
        : items.OrderByDescending(item => popularity[item]).ThenByDescending(item => catalog.Items[item].Year ?? 0).First();

    private static bool IsSentence(string text) =>
        text.Split(' ').Length > LongestTitleInWords || text.EndsWith('.') || text.EndsWith('!') || text.EndsWith('?');

    private static string FirstPart(string text) =>
        Remark().Match(text) is { Success: true, Index: > 0 } remark ? text[..remark.Index] : text;

    private static string Bare(string text) => text.Trim().Trim('"', '“', '”', '«', '»', '*', '_', '`').Trim();

    [GeneratedRegex(@"^\s*(?:\(?\d{1,3}[.):](?!\d)|[-*•–](?=\s))\s*")]
    private static partial Regex Marker();

    [GeneratedRegex(@"^(?<title>.+?)[""”»*_]*\s*\((?<year>\d{4})\)")]
    private static partial Regex TitleAndYear();

    [GeneratedRegex(@"\s+[-–—:]\s+|:\s|\s+\(")]
    private static partial Regex Remark();
}
