using System.Globalization;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>
/// Finds the catalog's items in free text, precisely rather than completely: a wrongly linked item could never be recommended again.
/// </summary>
/// <remarks>
/// Titles are compared word by word, case, accents, apostrophes and punctuation aside; of several titles the longest wins.
/// First come titles with their year behind them, <c>Title (Year)</c>: the item of the nearest year, at most <see
/// cref="TitleMatcher.YearTolerance"/> away,
/// and none if all are further. Then bare titles, where <see cref="TitleEvidence"/> allows: an item of that title that the dialogue has
/// already dated,
/// otherwise the most popular, then the newest. Scripts written without spaces are linked only where punctuation sets the title apart.
/// Safe for use from several threads.
/// </remarks>
internal sealed class TitleLinker(ItemCatalog catalog)
{
    private readonly TitleWordTrie _titles = new(catalog);

    /// <summary>Finds the items that the turns name, in the order of their first mention.</summary>
    public IReadOnlyList<ItemReference> Link(IReadOnlyList<Turn> turns)
    {
        var texts = turns.Select(turn => new LinkedText(turn.Text)).ToArray();
        foreach (var text in texts)
            LinkDated(text);
        var dated = texts.SelectMany(text => text.Mentions).Select(mention => mention.Item).ToHashSet();
        foreach (var text in texts)
            LinkBare(text, dated);
        var mentions = texts.SelectMany(text => text.Mentions.OrderBy(mention => mention.Start));
        return [.. mentions.Select(mention => mention.Item).Distinct().Select(item => catalog.Items[item].Reference)];
    }

    private void LinkDated(LinkedText text)
    {
        var lastYear = -1;
        for (var i = 0; i < text.Words.Count; i++)
        {
            if (text.YearInParentheses(i) is not { } year)
                continue;
            LinkDated(text, Math.Max(lastYear + 1, i - _titles.LongestTitle), i, year);
            lastYear = i;
        }
    }

    // The longest title that ends right before the year and has an item of about that year.
    // One of quite another year is no item of ours, nor is then its bare title.
    private void LinkDated(LinkedText text, int first, int yearAt, int year)
    {
        var ending = Enumerable.Range(first, yearAt - first)
            .Select(start => (Start: start, Items: _titles.From(text.Words, start).FirstOrDefault(title => title.End == yearAt).Items))
            .Where(title => title.Items is not null)
            .ToList();
        foreach (var (start, items) in ending)
        {
            if (NearestYear(items, year) is { } item)
            {
                text.Take(start, yearAt + 1, item);
                return;
            }
        }

        if (ending.Count > 0)
            text.Take(ending[0].Start, yearAt + 1, null);
    }

    private void LinkBare(LinkedText text, HashSet<int> dated)
    {
        for (var start = 0; start < text.Words.Count; start++)
        {
            var first = start;
            var (end, items) = _titles.From(text.Words, first).LastOrDefault(title =>
                text.IsFree(first, title.End) && text.Evidence.MeansTitle(first, title.End, catalog.Items[title.Items[0]].Title));
            if (items is null)
                continue;
            text.Take(start, end, items.FirstOrDefault(dated.Contains, BestKnown(items)));
            start = end - 1;
        }
    }

    private int? NearestYear(IReadOnlyList<int> items, int year) => items
        .Select(item => (Item: (int?)item, Distance: Math.Abs((catalog.Items[item].Year ?? year + TitleMatcher.YearTolerance) - year)))
        .Where(near => near.Distance <= TitleMatcher.YearTolerance)
        .OrderBy(near => near.Distance)
        .FirstOrDefault().Item;

    private int BestKnown(IReadOnlyList<int> items) => items
        .OrderByDescending(item => catalog.Items[item].Popularity ?? 0)
        .ThenByDescending(item => catalog.Items[item].Year ?? 0)
        .First();

    // A turn's text while it is being linked.
    private sealed class LinkedText
    {
        private readonly string _text;
        private readonly bool[] _isTaken;

        public LinkedText(string text)
        {
            _text = text;
            Words = TextWord.In(text);
            Evidence = new TitleEvidence(text, Words);
            _isTaken = new bool[Words.Count];
        }

        public IReadOnlyList<TextWord> Words { get; }

        public TitleEvidence Evidence { get; }

        public List<(int Start, int Item)> Mentions { get; } = [];

        public bool IsFree(int start, int end) => !_isTaken.AsSpan(start, end - start).Contains(true);

        public void Take(int start, int end, int? item)
        {
            _isTaken.AsSpan(start, end - start).Fill(true);
            if (item is { } found)
                Mentions.Add((start, found));
        }

        public int? YearInParentheses(int word)
        {
            var (key, start, end) = Words[word];
            return key.Length == 4
                && int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var year)
                && _text.AsSpan(0, start).TrimEnd().EndsWith("(")
                && _text.AsSpan(end).TrimStart().StartsWith(")")
                ? year
                : null;
        }
    }
}
