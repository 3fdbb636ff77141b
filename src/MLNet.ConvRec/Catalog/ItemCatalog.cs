using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>The shop's own items, in a fixed order: an item's index is its place here.</summary>
/// <remarks>Immutable and safe for use from several threads. Never empty.</remarks>
public sealed class ItemCatalog
{
    private readonly CatalogItem[] _items;
    private readonly Dictionary<string, int[]> _byTitle;

    private ItemCatalog(CatalogItem[] items, int duplicates)
    {
        _items = items;
        DuplicateCount = duplicates;
        _byTitle = Enumerable.Range(0, items.Length)
            .GroupBy(i => TitleNormalization.Normalize(items[i].Title), StringComparer.Ordinal)
            .ToDictionary(titles => titles.Key, titles => titles.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The items in catalog order.</summary>
    public IReadOnlyList<CatalogItem> Items => _items;

    /// <summary>The number of items.</summary>
    public int Count => _items.Length;

    /// <summary>How many given items had the identity of an earlier one and were left out.</summary>
    public int DuplicateCount { get; }

    /// <summary>Reads a catalog from a JSONL file, plain or gzip.</summary>
    /// <param name="path">The file: one item a line, <c>{"title","year", "genres"?, "director"?, "star"?, "plot"?, "popularity"?}</c>.</param>
    /// <exception cref="InvalidDataException">A line can't be read, or no line has a usable title; the sentence names file and line.</exception>
    public static ItemCatalog Load(string path) => Create(CatalogFile.Read(path), path);

    /// <summary>Makes a catalog of items. Of several with the same identity the first is kept.</summary>
    /// <param name="items">The items in catalog order.</param>
    /// <exception cref="InvalidDataException">There is no item with a usable title.</exception>
    public static ItemCatalog Create(IEnumerable<CatalogItem> items) => Create(items, "the given items");

    /// <summary>Finds the item of this identity.</summary>
    /// <param name="item">Title and year; the title is compared in its normal form, the year exactly.</param>
    /// <returns>The item's index, or −1.</returns>
    public int IndexOf(ItemReference item)
    {
        ArgumentNullException.ThrowIfNull(item);
        foreach (var index in WithTitle(item.Title))
        {
            if (_items[index].Year == item.Year)
                return index;
        }

        return -1;
    }

    /// <summary>Finds the items of a title, whatever their year, in catalog order.</summary>
    /// <param name="title">The title, compared in its normal form.</param>
    public IReadOnlyList<int> WithTitle(string title) =>
        _byTitle.TryGetValue(TitleNormalization.Normalize(title), out var found) ? found : [];

    /// <summary>Returns every item whose title is among <paramref name="seen"/>: what a list may not contain.</summary>
    /// <param name="seen">The items already named; years are not compared (spec: the title is not in seen).</param>
    /// <returns>Distinct indices, ascending.</returns>
    public IReadOnlyList<int> IndicesOf(IEnumerable<ItemReference> seen) =>
        [.. seen.SelectMany(item => WithTitle(item.Title)).Distinct().Order()];

    private static ItemCatalog Create(IEnumerable<CatalogItem> items, string source)
    {
        ArgumentNullException.ThrowIfNull(items);
        var known = new HashSet<(string, int?)>();
        var kept = new List<CatalogItem>();
        var duplicates = 0;
        foreach (var item in items)
        {
            if (known.Add((TitleNormalization.Normalize(item.Title), item.Year)))
                kept.Add(item);
            else
                duplicates++;
        }

        if (kept.Count == 0)
            throw new InvalidDataException($"{source}: no item with a usable title; a catalog needs at least one line like {{\"title\":\"Arrival\",\"year\":2016}}.");
        return new ItemCatalog([.. kept], duplicates);
    }
}
