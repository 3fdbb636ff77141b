using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>Reads a line that lists several titles: "Alien, Heat and Up".</summary>
internal static class SeveralTitles
{
    private const int Most = 25;

    private static readonly Regex Separator = new(
        @"\s*[,;|]\s+(?:(?:and|or)\s+)?|\s+(?:and|or|&|/)\s+", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>
    /// Reads the titles where every part of the line is one, the longest first: "Me, Myself &amp; Irene" is never taken apart.
    /// </summary>
    /// <param name="text">The line without its marker.</param>
    /// <param name="index">The titles.</param>
    /// <returns>Two readings or more, or none.</returns>
    public static IReadOnlyList<LineReading> In(string text, TitleIndex index)
    {
        var separators = Separator.Matches(text);
        if (separators.Count is 0 or >= Most)
            return [];
        int[] starts = [0, .. separators.Select(separator => separator.Index + separator.Length)];
        int[] ends = [.. separators.Select(separator => separator.Index), text.Length];
        List<LineReading> readings = [];
        for (var first = 0; first < starts.Length;)
        {
            var last = ends.Length - 1;
            LineReading? found = null;
            for (; last >= first && found is null; last--)
                found = Title(text[starts[first]..ends[last]], index);
            if (found is null)
                return [];
            readings.Add(found);
            first = last + 2;
        }

        return IsList(text, readings) ? readings : [];
    }

    // "Friends & Lovers" and "Friends & Lovers (1999)" are one title of two words that are titles too.
    private static bool IsList(string text, List<LineReading> readings)
    {
        var dated = readings.Count(reading => reading.Year is not null);
        if (readings.Count < 2 || (dated == 1 && readings[^1].Year is not null))
            return false;
        return dated > 0 || text.AsSpan().ContainsAny(",;|") || readings.Exists(reading => LooseTitle.Of(reading.Name).ContentWords > 1);
    }

    private static LineReading? Title(string part, TitleIndex index)
    {
        var cut = TitleCuts.In(part).Find(cut => cut.Kind is CutKind.Bracket or CutKind.End);
        if (cut.Kind == CutKind.Bracket && WrittenYear.EndOfBracket(part, cut.Position) < part.TrimEnd(' ', '"').Length - 1)
            return null;
        var (name, year) = (LineText.Bare(part[..cut.Position]), WrittenYear.After(part, cut.Position));
        return !Remark.IsKind(name) && index.Exact(name, year) is { Count: > 0 } items ? new LineReading(name, year, items) : null;
    }
}
