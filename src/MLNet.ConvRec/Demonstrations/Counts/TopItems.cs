using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations.Counts;

/// <summary>The best of a dense score vector.</summary>
internal static class TopItems
{
    /// <summary>Returns the items with the highest scores, best first, the lower index first among equals.</summary>
    /// <param name="scores">A score per item; no NaN.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="excluded">Items that are passed over, or <see langword="null"/>.</param>
    public static int[] Of(double[] scores, int count, IReadOnlySet<int>? excluded = null)
    {
        // The root is the worst that is kept: the lowest score, the higher index among equals.
        var kept = new PriorityQueue<int, (double Score, int NegatedIndex)>(count + 1);
        for (var item = 0; item < scores.Length; item++)
        {
            if (kept.Count == count && kept.TryPeek(out _, out var worst) && (scores[item], -item).CompareTo(worst) < 0)
                continue;
            if (excluded is not null && excluded.Contains(item))
                continue;
            kept.Enqueue(item, (scores[item], -item));
            if (kept.Count > count)
                kept.Dequeue();
        }

        var best = new int[kept.Count];
        for (var i = best.Length - 1; i >= 0; i--)
            best[i] = kept.Dequeue();
        return best;
    }

    /// <summary>Returns the items with the highest scores as a ranked list.</summary>
    /// <param name="scores">A score per item; no NaN.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="excluded">Items that are passed over.</param>
    /// <param name="catalog">The items.</param>
    public static Recommendation[] List(double[] scores, int count, IReadOnlySet<int> excluded, ItemCatalog catalog) =>
        [.. Of(scores, count, excluded).Select((item, index) => Line(catalog, item, index + 1, scores[item]))];

    /// <summary>Returns an item as a line of a ranked list.</summary>
    public static Recommendation Line(ItemCatalog catalog, int item, int rank, double score) =>
        new(rank, catalog.Items[item].Title, catalog.Items[item].Year, score);
}
