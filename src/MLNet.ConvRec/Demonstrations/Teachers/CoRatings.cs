using System.Collections.Concurrent;
using MLNet.ConvRec.Demonstrations.Counts;

namespace MLNet.ConvRec.Demonstrations.Teachers;

/// <summary>
/// Which items the same people rated well, in a world outside of the shop: cosine over raters, doubted where few rated both.
/// </summary>
/// <remarks>Safe for use from several threads.</remarks>
internal sealed class CoRatings
{
    private const double Doubt = 10;

    private readonly int[][] _itemsOfRater;
    private readonly int[][] _ratersOfItem;
    private readonly ConcurrentDictionary<int, SparseScores> _rows = new();

    /// <summary>Indexes ratings.</summary>
    /// <param name="itemCount">The number of items of that world.</param>
    /// <param name="liked">Who rated what well.</param>
    public CoRatings(int itemCount, IEnumerable<(long Rater, int Item)> liked)
    {
        var raters = liked.Distinct().GroupBy(rating => rating.Rater, rating => rating.Item).ToArray();
        _itemsOfRater = Array.ConvertAll(raters, items => items.ToArray());
        var byItem = new List<int>?[itemCount];
        for (var rater = 0; rater < _itemsOfRater.Length; rater++)
        {
            foreach (var item in _itemsOfRater[rater])
                (byItem[item] ??= []).Add(rater);
        }

        _ratersOfItem = Array.ConvertAll(byItem, found => found?.ToArray() ?? []);
    }

    /// <summary>Similarity of an item to every other that someone rated well beside it.</summary>
    public SparseScores Row(int item) => _rows.GetOrAdd(item, Compute);

    private SparseScores Compute(int item)
    {
        var both = new double[_ratersOfItem.Length];
        foreach (var rater in _ratersOfItem[item])
        {
            foreach (var other in _itemsOfRater[rater])
                both[other]++;
        }

        both[item] = 0;
        int[] others = [.. Enumerable.Range(0, both.Length).Where(other => both[other] > 1)];
        return new SparseScores(others, Array.ConvertAll(others, other => Cosine(item, other, both[other])));
    }

    private double Cosine(int item, int other, double both) =>
        both / Math.Sqrt((double)_ratersOfItem[item].Length * _ratersOfItem[other].Length) * (both / (both + Doubt));
}
