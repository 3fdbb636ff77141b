using System.Text.RegularExpressions;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Evaluation;

/// <summary>
/// The reading of lists that the data README describes ("To check evaluation code"); the project's own teachers read more carefully.
/// </summary>
internal static partial class SimpleListReading
{
    /// <summary>Reads a list: known items, each once, whose title was not seen.</summary>
    public static List<Recommendation> Read(IEnumerable<string> raw, IReadOnlyList<CatalogItem> catalog, Dialogue dialogue)
    {
        var kept = new List<CatalogItem>();
        foreach (var line in raw)
        {
            if (Link(line, catalog) is { } item && !kept.Contains(item) && !dialogue.Seen!.Any(seen => Same(seen.Title, item.Title)))
                kept.Add(item);
        }

        return [.. kept.Select((item, index) => new Recommendation(index + 1, item.Title, item.Year, 0))];
    }

    /// <summary>Links one line; <see langword="null"/> for one that is unnumbered or names nothing known.</summary>
    public static CatalogItem? Link(string line, IReadOnlyList<CatalogItem> catalog)
    {
        if (NumberedLine().Match(line) is not { Success: true } numbered)
            return null;
        var name = Clean(numbered.Groups["rest"].Value);
        return Find(name, catalog) ?? Find(Clean(BeforeDash().Match(name).Value), catalog);
    }

    private static string Clean(string text) => Parentheses().Replace(text, "").Trim().Trim('"', '“', '”', '*', '\'').Trim();

    private static CatalogItem? Find(string title, IReadOnlyList<CatalogItem> catalog) =>
        catalog.Where(item => Same(item.Title, title)).MaxBy(item => (item.Popularity ?? 0, item.Year));

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^\s*\d+\s*[.)]\s*(?<rest>.*)$")]
    private static partial Regex NumberedLine();

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Parentheses();

    [GeneratedRegex(@"^.*?(?= - | : )")]
    private static partial Regex BeforeDash();
}
