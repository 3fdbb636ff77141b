namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>One way to read a line.</summary>
/// <param name="Title">The title as written.</param>
/// <param name="Year">The year as written, or <see langword="null"/>.</param>
/// <param name="NeedsSameYear">
/// Whether what follows may be the rest of a longer title, so that only an item of exactly this year is meant.
/// </param>
internal readonly record struct TitleReading(string Title, int? Year, bool NeedsSameYear = false);

/// <summary>All ways to read a line as a title, the one that takes most of the line first.</summary>
internal static class TitleReadings
{
    private const string Also = "aka ";

    // Shorter words in brackets say where or how: "(US)", "(3D)".
    private const int ShortestInBrackets = 4;

    private static readonly string[] Quotes = ["\"\"", "“”", "«»", "「」", "『』", "《》", "**"];

    /// <summary>Reads a line without its marker.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isListed">Whether a marker stood before it; a sentence that did not is read less freely.</param>
    public static IEnumerable<TitleReading> Of(string text, bool isListed)
    {
        if (WrittenYear.Leading(text) is var (year, rest))
        {
            foreach (var cut in TitleCuts.In(text[rest..]).OrderByDescending(cut => cut.Position).Where(cut => cut.Kind <= CutKind.Quote))
                yield return new TitleReading(LineText.Bare(text.Substring(rest, cut.Position)), year);
        }

        foreach (var cut in TitleCuts.In(text).OrderByDescending(cut => cut.Position))
        {
            if (Head(text, cut, isListed) is { Title.Length: > 0 } head)
                yield return head;
        }

        foreach (var other in InBrackets(text))
            yield return other;
        if (!isListed)
            yield break;
        foreach (var quoted in Quoted(text))
            yield return quoted;
    }

    // What stands before a cut. Behind a colon or comma the title may go on: "The Godfather: Part II", "Crazy, Stupid, Love".
    private static TitleReading? Head(string text, TitleCut cut, bool isListed)
    {
        var title = LineText.Bare(text[..cut.Position]);
        if (cut.Kind == CutKind.End)
            return new TitleReading(title, null);
        var year = WrittenYear.After(text, cut.Position);
        if (year is not null)
            return new TitleReading(title, year);
        var bracket = text.IndexOf('(', cut.Position);
        var tail = bracket > cut.Position ? text[cut.Position..bracket] : text[cut.Position..];
        var isRemark = cut.Kind is CutKind.Bracket or CutKind.Quote or CutKind.Word || Remark.Is(tail);
        if (!isRemark && WrittenYear.InBracketsAfter(text, cut.Position) is { } later)
            return new TitleReading(title, later, NeedsSameYear: true);
        return cut.Kind switch
        {
            CutKind.Bracket or CutKind.Quote or CutKind.Dash => new TitleReading(title, null),
            CutKind.Colon when isRemark => new TitleReading(title, null),
            CutKind.Comma or CutKind.Sentence when isRemark && isListed => new TitleReading(title, null),
            CutKind.Word when isListed && Remark.IsCredit(tail) => new TitleReading(title, WrittenYear.InBracketsAfter(text, cut.Position)),
            _ => null,
        };
    }

    // Other titles: "Léon (The Professional)", "Léon (aka The Professional, 1994)", "Léon aka The Professional".
    private static IEnumerable<TitleReading> InBrackets(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isAlso = i > 0 && string.Compare(text, i, Also, 0, Also.Length, StringComparison.OrdinalIgnoreCase) == 0;
            if (!isAlso && !WrittenYear.IsOpening(text[i]))
                continue;
            var start = isAlso ? i + Also.Length : i + 1;
            var end = isAlso ? text.Length : WrittenYear.EndOfBracket(text, i);
            var inside = text[start..end];
            if (inside.StartsWith(Also, StringComparison.OrdinalIgnoreCase))
                inside = inside[Also.Length..];
            var cut = TitleCuts.In(inside).Find(cut => cut.Kind is CutKind.Year or CutKind.Bracket or CutKind.End);
            var title = LineText.Bare(inside[..cut.Position]);
            if (title.Length >= ShortestInBrackets && char.IsUpper(title[0]) && !Remark.IsKind(title))
                yield return new TitleReading(title, WrittenYear.InBracketsAfter(text, 0));
            i = Math.Max(i, end - 1);
        }
    }

    // "I would suggest "Alien" (1979)": the only words in quotation marks or bold.
    private static IEnumerable<TitleReading> Quoted(string text)
    {
        foreach (var pair in Quotes)
        {
            var (open, close) = pair == "**" ? (pair, pair) : (pair[..1], pair[1..]);
            var start = text.IndexOf(open, StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.IndexOf(close, start + open.Length, StringComparison.Ordinal);
            if (end > start + open.Length && text.IndexOf(open, end + close.Length, StringComparison.Ordinal) < 0)
                yield return new TitleReading(LineText.Bare(text[(start + open.Length)..end]), WrittenYear.After(text, end));
        }
    }
}
