using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>Finds the items that a written title names: as the catalog writes it, else spelt otherwise, else by a shorter name.</summary>
/// <remarks>An exact title wins over any other. Safe for use from several threads.</remarks>
internal sealed class TitleIndex
{
    // A year that makes up for a difference in the title may hardly differ itself.
    private const int CloseYears = 1;

    // "Matrix" is "The Matrix"; a shorter word without its article is mostly another film.
    private const int DistinctiveWord = 5;

    private readonly ItemCatalog _catalog;
    private readonly int[] _titles;
    private readonly LooseTitle[] _loose;
    private readonly Dictionary<string, int[]> _byKey;
    private readonly Dictionary<string, int[]> _byContent;
    private readonly Dictionary<string, (int Item, bool NeedsYear)[]> _byAlias;
    private readonly MistypedTitles _mistyped;

    public TitleIndex(ItemCatalog catalog)
    {
        _catalog = catalog;
        _titles = [.. catalog.Items.Select(item => catalog.WithTitle(item.Title)[0])];
        _loose = [.. catalog.Items.Select(item => LooseTitle.Of(item.Title))];
        var items = Enumerable.Range(0, catalog.Count).Where(item => _loose[item].Key.Length > 0).ToArray();
        _byKey = Index(items, item => _loose[item].Key);
        _byContent = Index(items, item => _loose[item].Content);
        _byAlias = catalog.Items.Index()
            .SelectMany(
                item => TitleAlias.Of(item.Item.Title),
                (item, alias) => (Name: LooseTitle.Of(alias.Name).Content, Alias: (item.Index, alias.NeedsYear)))
            .Where(alias => alias.Name.Length > 1)
            .GroupBy(alias => alias.Name, alias => alias.Alias, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.ToArray(), StringComparer.Ordinal);
        _mistyped = new MistypedTitles(_loose);
    }

    /// <summary>Finds the items of exactly this title and about this year.</summary>
    /// <returns>Several only where no year is given; none where the year is that of no item.</returns>
    public IReadOnlyList<int> Exact(string title, int? year) => OfYear(_catalog.WithTitle(title), year, TitleMatcher.YearTolerance);

    /// <summary>Finds the items that a reading names: of one title, and about its year.</summary>
    public IReadOnlyList<int> Find(TitleReading reading)
    {
        var (title, year, needsSameYear) = reading;
        var tolerance = needsSameYear ? 0 : TitleMatcher.YearTolerance;
        if (OfYear(_catalog.WithTitle(title), year, tolerance) is { Count: > 0 } exact)
            return exact;
        var loose = LooseTitle.Of(title);
        if (loose.Key.Length == 0 || Remark.IsKind(title))
            return [];
        if (OfYear(_byKey.GetValueOrDefault(loose.Key, []), year, tolerance) is { Count: > 0 } same)
            return same;
        return WithoutArticle(loose, year, tolerance) is { Count: > 0 } near ? near : ByAlias(loose, year, Math.Min(tolerance, CloseYears));
    }

    /// <summary>Finds the items of the only title that differs from the written one in a letter.</summary>
    public IReadOnlyList<int> Mistyped(string title, int? year) =>
        OfYear(_mistyped.Find(LooseTitle.Of(title)), year, TitleMatcher.YearTolerance);

    // "The Heat" is not "Heat", "The Wedding Crashers" is "Wedding Crashers".
    private IReadOnlyList<int> WithoutArticle(LooseTitle loose, int? year, int tolerance)
    {
        var found = _byContent.GetValueOrDefault(loose.Content, []);
        if (found.Length == 0)
            return [];
        var isAdded = loose.HasArticle && !_loose[found[0]].HasArticle;
        var isSafe = loose.ContentWords > 1 || (!isAdded && loose.Content.Length >= DistinctiveWord);
        return isSafe || year is not null ? OfYear(found, year, Math.Min(tolerance, CloseYears)) : [];
    }

    private IReadOnlyList<int> ByAlias(LooseTitle loose, int? year, int tolerance)
    {
        var found = _byAlias.GetValueOrDefault(loose.Content, []);
        return year is null && found.Any(alias => alias.NeedsYear)
            ? []
            : OfYear([.. found.Select(alias => alias.Item).Distinct()], year, tolerance);
    }

    // With a year the item of the nearest one; without, all items of a title, and none where titles differ.
    private IReadOnlyList<int> OfYear(IReadOnlyList<int> items, int? year, int tolerance)
    {
        if (year is not { } written)
            return items.All(item => _titles[item] == _titles[items[0]]) ? items : [];
        var (best, bestDistance) = (-1, tolerance + 1);
        foreach (var item in items)
        {
            // An item without a year may be of any.
            var distance = _catalog.Items[item].Year is { } own ? Math.Abs(own - written) : tolerance;
            if (distance < bestDistance)
                (best, bestDistance) = (item, distance);
        }

        return best < 0 ? [] : [best];
    }

    private static Dictionary<string, int[]> Index(int[] items, Func<int, string> key) =>
        items.GroupBy(key, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.ToArray(), StringComparer.Ordinal);
}
