using System.Collections.Concurrent;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Remap;

/// <summary>Similarity by character n-grams: of items by title, genres, people and plot, and of any listed name to titles. Needs no model.</summary>
internal sealed class TextSimilarity : ITextSimilarity
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

    /// <inheritdoc/>
    public int WithoutText => _contents.EmptyCount;

    /// <inheritdoc/>
    public ValueTask PrepareAsync(IEnumerable<string> names, IEnumerable<Dialogue> dialogues, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public SparseScores Nearest(int item) => _ofItems.GetOrAdd(item, known => _contents.Nearest(known, _neighbours));

    /// <inheritdoc/>
    public SparseScores Nearest(string name) => _ofNames.GetOrAdd(name, listed => _titles.Nearest(listed, _neighbours));

    /// <inheritdoc/>
    /// <remarks>By the texts of the items that it names, averaged over them.</remarks>
    public SparseScores Nearest(Dialogue dialogue, IReadOnlyList<int> seen) =>
        SparseScores.Blend([.. seen.Select(item => (Nearest(item), 1.0 / seen.Count))]);

    private static string Content(CatalogItem item) =>
        string.Join(' ', [item.Title, .. item.Genres, .. item.Directors, .. item.Stars, item.Plot ?? ""]);
}
