using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>The shop's own items, in a fixed order: an item's index is its place here.</summary>
/// <remarks>Immutable and safe for use from several threads. Never empty.</remarks>
public sealed class ItemCatalog
{
    private readonly CatalogItem[] _items;
    private readonly Dictionary<string, int[]> _byTitle;
    private readonly Lazy<TitleLinker> _linker;

    private ItemCatalog(CatalogItem[] items, int duplicates)
    {
        _items = items;
        DuplicateCount = duplicates;
        _byTitle = Enumerable.Range(0, items.Length)
            .GroupBy(i => ItemKey.Of(items[i].Reference).Title, StringComparer.Ordinal)
            .ToDictionary(titles => titles.Key, titles => titles.ToArray(), StringComparer.Ordinal);
        _linker = new Lazy<TitleLinker>(() => new TitleLinker(this));
    }

    /// <summary>The items in catalog order.</summary>
    public IReadOnlyList<CatalogItem> Items => _items;

    /// <summary>The number of items.</summary>
    public int Count => _items.Length;

    /// <summary>Finds this catalog's titles in free text; made at the first use.</summary>
    internal TitleLinker Linker => _linker.Value;

    /// <summary>How many given items had the identity of an earlier one and were left out.</summary>
    public int DuplicateCount { get; }

    /// <summary>Reads a catalog from a JSONL file, plain or gzip.</summary>
    /// <param name="path">
    /// The file: one item a line, <c>{"title","year", "genres"?, "director"?, "star"?, "plot"?, "popularity"?}</c>.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// A line can't be read, or no line has a usable title; the sentence names file and line.
    /// </exception>
    public static ItemCatalog Load(string path) => Create(CatalogFile.Read(path), path);

    /// <summary>
    /// Makes a catalog of items. Of several with the same identity the first is kept; a year at the end of a title, <c>Arrival (2016)</c>,
    /// becomes the item's.
    /// </summary>
    /// <param name="items">The items in catalog order.</param>
    /// <exception cref="InvalidDataException">There is no item, or one has a blank title.</exception>
    public static ItemCatalog Create(IEnumerable<CatalogItem> items) => Create(items, "the given items");

    /// <summary>
    /// Writes the catalog as a JSONL file that <see cref="Load"/> reads back; gzip if the name ends with <c>.gz</c>. Complete or left as it
    /// was, never half.
    /// </summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => CatalogFile.Write(path, _items);

    /// <summary>Finds the item of this identity.</summary>
    /// <param name="item">Title and year; the title is compared in its normal form, the year exactly.</param>
    /// <returns>The item's index, or −1.</returns>
    public int IndexOf(ItemReference item)
    {
        var key = ItemKey.Of(item);
        foreach (var index in WithNormalTitle(key.Title))
        {
            if (_items[index].Year == key.Year)
                return index;
        }

        return -1;
    }

    /// <summary>Finds the items of a title, whatever their year, in catalog order.</summary>
    /// <param name="title">The title, compared in its normal form.</param>
    public IReadOnlyList<int> WithTitle(string title) => WithNormalTitle(TitleNormalization.Normalize(title));

    /// <summary>Returns every item whose title is among <paramref name="seen"/>: what a list may not contain.</summary>
    /// <param name="seen">The items already named; years are not compared (spec: the title is not in seen).</param>
    /// <returns>Distinct indices, ascending.</returns>
    public IReadOnlyList<int> IndicesOf(IEnumerable<ItemReference> seen) =>
        [.. seen.SelectMany(item => WithNormalTitle(ItemKey.Of(item).Title)).Distinct().Order()];

    /// <summary>Returns the items that a dialogue has already named, as its list leaves them out.</summary>
    /// <param name="dialogue">The dialogue; where it has no <see cref="Dialogue.Seen"/>, this catalog's titles are looked for in its text.</param>
    /// <returns>The items in the order of their first mention.</returns>
    public IReadOnlyList<ItemReference> NamedIn(Dialogue dialogue)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        return SeenItems.Of(dialogue, this);
    }

    private int[] WithNormalTitle(string title) => _byTitle.TryGetValue(title, out var found) ? found : [];

    private static ItemCatalog Create(IEnumerable<CatalogItem> items, string source)
    {
        ArgumentNullException.ThrowIfNull(items);
        var known = new HashSet<ItemKey>();
        var kept = new List<CatalogItem>();
        var given = 0;
        foreach (var item in items)
        {
            given++;
            if (string.IsNullOrWhiteSpace(item.Title))
                throw new InvalidDataException($"{source}, item {given}: the title is blank; give every item a title.");
            if (known.Add(ItemKey.Of(item.Reference)))
                kept.Add(WithOwnYear(item));
        }

        return kept.Count > 0
            ? new ItemCatalog([.. kept], given - kept.Count)
            : throw new InvalidDataException(
                $"{source}: no item with a usable title; a catalog needs at least one line like {{\"title\":\"Arrival\",\"year\":2016}}.");
    }

    // "Arrival (2016)" without a year and Arrival of 2016 write the same line; kept in one form, they are found in one way.
    private static CatalogItem WithOwnYear(CatalogItem item) =>
        item.Year is null && ListLine.Parse(item.Title) is { Year: { } year } read ? item with { Title = read.Title, Year = year } : item;
}
