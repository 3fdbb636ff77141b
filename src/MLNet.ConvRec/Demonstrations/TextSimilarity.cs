using System.Collections.Concurrent;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Similarity by text alone: of items by title, genres, people and plot, and of any listed name to titles.</summary>
/// <remarks>Knows nothing of train. Safe for use from several threads.</remarks>
internal sealed class TextSimilarity
{
    private readonly NgramIndex _contents;
    private readonly NgramIndex _titles;
    private readonly int _neighbours;
    private readonly ConcurrentDictionary<int, SparseScores> _ofItems = new();
    private readonly ConcurrentDictionary<string, SparseScores> _ofNames = new(StringComparer.Ordinal);

    /// <summary>Indexes a catalog.</summary>
    /// <param name="catalog">The items.</param>
    /// <param name="neighbours">How many similar items are kept of each.</param>
    public TextSimilarity(ItemCatalog catalog, int neighbours)
    {
        _contents = new NgramIndex([.. catalog.Items.Select(Content)]);
        _titles = new NgramIndex([.. catalog.Items.Select(item => item.Title)]);
        _neighbours = neighbours;
    }

    /// <summary>The items whose texts are nearest to an item's; without itself.</summary>
    public SparseScores Nearest(int item) => _ofItems.GetOrAdd(item, known => _contents.Nearest(known, _neighbours));

    /// <summary>The items whose titles are nearest to a listed name that is not in the catalog.</summary>
    public SparseScores Nearest(string name) => _ofNames.GetOrAdd(name, listed => _titles.Nearest(listed, _neighbours));

    private static string Content(CatalogItem item) =>
        string.Join(' ', [item.Title, .. item.Genres, .. item.Directors, .. item.Stars, item.Plot ?? ""]);
}
