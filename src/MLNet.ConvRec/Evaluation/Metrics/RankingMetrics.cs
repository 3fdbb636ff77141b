using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Evaluation;

/// <summary>The accuracy of one list by its hits (spec: "Metrics"). Pure functions; a line past the end of the list is a miss.</summary>
public static class RankingMetrics
{
    /// <summary>Returns the hits among the first k lines over the number of true items.</summary>
    /// <param name="hits">Whether each line hits, by rank (<see cref="TitleMatcher"/>).</param>
    /// <param name="truthCount">The number of true items, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    public static double Recall(IReadOnlyList<bool> hits, int truthCount, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(truthCount, 1);
        return (double)hits.Take(k).Count(hit => hit) / truthCount;
    }

    /// <summary>Returns the discounted gain Σ h_j / log2(j+1) of the first k lines over that of the best list, min(n, k) hits.</summary>
    /// <param name="hits">Whether each line hits, by rank.</param>
    /// <param name="truthCount">The number n of true items, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    public static double Ndcg(IReadOnlyList<bool> hits, int truthCount, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(truthCount, 1);
        var gain = hits.Take(k).Select((hit, index) => hit ? RankDiscount.At(index + 1) : 0).Sum();
        var best = Enumerable.Range(1, Math.Min(truthCount, k)).Sum(RankDiscount.At);
        return gain / best;
    }

    /// <summary>Returns one over the rank of the first hit among the first k lines; 0 without a hit.</summary>
    /// <param name="hits">Whether each line hits, by rank.</param>
    /// <param name="k">The depth, at least 1.</param>
    public static double ReciprocalRank(IReadOnlyList<bool> hits, int k)
    {
        ArgumentNullException.ThrowIfNull(hits);
        for (var index = 0; index < Math.Min(k, hits.Count); index++)
        {
            if (hits[index])
                return 1.0 / (index + 1);
        }

        return 0;
    }

    /// <summary>Returns 1 if any of the first k lines hits, else 0.</summary>
    /// <param name="hits">Whether each line hits, by rank.</param>
    /// <param name="k">The depth, at least 1.</param>
    public static double HitRate(IReadOnlyList<bool> hits, int k) => hits.Take(k).Any(hit => hit) ? 1 : 0;
}
