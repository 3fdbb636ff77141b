using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Counts;

namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>Similarity of names to the catalog's titles by whole words, rare words counting more.</summary>
/// <remarks>Immutable; safe for use from several threads.</remarks>
internal sealed class TitleWords
{
    private readonly Dictionary<string, int[]> _items;
    private readonly double[] _weights;

    public TitleWords(ItemCatalog catalog)
    {
        _items = Enumerable.Range(0, catalog.Count)
            .SelectMany(item => WordsOf(catalog.Items[item].Title).Select(word => (Word: word, Item: item)))
            .GroupBy(pair => pair.Word, pair => pair.Item, StringComparer.Ordinal)
            .ToDictionary(word => word.Key, word => word.ToArray(), StringComparer.Ordinal);
        _weights = new double[catalog.Count];
        foreach (var (word, items) in _items)
        {
            foreach (var item in items)
                _weights[item] += WeightOf(word);
        }
    }

    /// <summary>The share that name and title have of the words of both; 1 for the same words.</summary>
    public SparseScores Similarities(string name)
    {
        var shared = new double[_weights.Length];
        var total = 0.0;
        foreach (var word in WordsOf(name))
        {
            var weight = WeightOf(word);
            total += weight;
            foreach (var item in _items.GetValueOrDefault(word, []))
                shared[item] += weight;
        }

        for (var item = 0; item < shared.Length; item++)
        {
            if (shared[item] > 0)
                shared[item] /= total + _weights[item] - shared[item];
        }

        return SparseScores.FromDense(shared, 0);
    }

    private double WeightOf(string word) => Math.Log(1 + ((1.0 + _weights.Length) / (1 + _items.GetValueOrDefault(word, []).Length)));

    private static IEnumerable<string> WordsOf(string text) => TextWord.In(text).Select(word => word.Key).Distinct(StringComparer.Ordinal);
}
