using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>
/// Reads teachers' lists as they really come: numbered or not, with bullets, quotes, bold, remarks, with or without years, between prose.
/// </summary>
/// <remarks>
/// A line is data: whatever it holds, it is an item, a name from outside, or prose. Safe for use from several threads.
/// </remarks>
internal sealed class ListReader(ItemCatalog catalog, IReadOnlyList<double> popularity)
{
    private readonly TitleIndex _titles = new(catalog);
    private readonly YearChoice _years = new(catalog, popularity);

    /// <summary>Reads a list of which nothing else is known.</summary>
    /// <param name="raw">The lines as written.</param>
    public ReadList Read(IReadOnlyList<string> raw) => Read(raw, ListContext.None);

    /// <summary>Reads a list. A bare title of several items means the one that suits the context and the list's other lines.</summary>
    /// <param name="raw">The lines as written.</param>
    /// <param name="context">The dialogue that the list is for.</param>
    public ReadList Read(IReadOnlyList<string> raw, ListContext context)
    {
        var texts = ListedText.Of(raw);
        var isMarked = texts.Count(text => text.IsListed) * 2 > texts.Length;
        List<LineReading> lines = [];
        var unread = 0;
        foreach (var text in texts)
        {
            var read = ReadLine(text, isMarked);
            lines.AddRange(read);
            unread += read.Count == 0 ? 1 : 0;
        }

        var items = _years.Choose(lines, context);
        return new ReadList([.. lines.Select((line, i) => new TeacherLine(line.Name, line.Year, items[i]))], unread);
    }

    private IReadOnlyList<LineReading> ReadLine(ListedText line, bool listIsMarked)
    {
        var text = LineText.Bare(line.Text);
        if (!text.Any(char.IsLetterOrDigit))
            return [];
        if (line.Marker is { Kind: not MarkerKind.Certain } && Whole(line.Line) is { } titleWithNumber)
            return [titleWithNumber];
        if (Whole(text) is { } whole)
            return [whole];
        if (!OutsideName.IsSpoken(text))
        {
            if (SeveralTitles.In(text, _titles) is { Count: > 0 } several)
                return several;
            if (Linked(text, line.IsListed || !listIsMarked, line.IsListed) is { } linked)
                return [linked];
        }

        if (line.IsListed && Whole(line.Line) is { } unmarked)
            return [unmarked];
        return OutsideName.Of(line, listIsMarked) is { } name ? [name] : [];
    }

    // The line as the catalog writes it, with or without its year.
    private LineReading? Whole(string line)
    {
        var text = LineText.Bare(line);
        if (_titles.Exact(text, null) is { Count: > 0 } items)
            return new LineReading(text, null, items);
        return ListLine.Parse(text) is { Year: { } year } dated && LineText.Bare(dated.Title) is var title
            && _titles.Exact(title, year) is { Count: > 0 } item
            ? new LineReading(title, year, item)
            : null;
    }

    private LineReading? Linked(string text, bool isEntry, bool isListed)
    {
        List<TitleReading> tried = [];
        foreach (var reading in TitleReadings.Of(text, isListed))
        {
            // In a list with markers a line without one is prose, and only a dated title in it means a title.
            if (!isEntry && reading.Year is null && reading.Title.Length < text.Length)
                continue;
            if (_titles.Find(reading) is { Count: > 0 } items)
                return new LineReading(reading.Title, reading.Year, items);
            tried.Add(reading);
        }

        foreach (var reading in tried.Where(reading => !reading.NeedsSameYear))
        {
            if (_titles.Mistyped(reading.Title, reading.Year) is { Count: > 0 } items)
                return new LineReading(reading.Title, reading.Year, items);
        }

        return null;
    }
}
