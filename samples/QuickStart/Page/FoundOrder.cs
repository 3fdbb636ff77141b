using MLNet.ConvRec.Evaluation;

namespace QuickStart.Page;

/// <summary>How high the true items stand that lists hold at all: 1 if all are on top. What reranking can gain, apart from what is found.</summary>
internal static class FoundOrder
{
    /// <summary>Returns the mean, over dialogues with a hit, of the list's discounted gain over that of the same hits on top.</summary>
    /// <param name="recall">Recall@k by dialogue.</param>
    /// <param name="ndcg">NDCG@k by dialogue.</param>
    /// <param name="truths">The number of true items by dialogue.</param>
    /// <param name="k">The depth.</param>
    /// <returns>From 0 to 1; <see langword="null"/> where no list has a hit.</returns>
    public static double? Of(IReadOnlyList<double> recall, IReadOnlyList<double> ndcg, IReadOnlyList<int> truths, int k)
    {
        var lists = Enumerable.Range(0, truths.Count).Where(i => truths[i] > 0).Select(i => (Ndcg: ndcg[i], Hits: (int)Math.Round(recall[i] * truths[i]), Truths: truths[i]));
        double[] orders = [.. lists.Where(list => list.Hits > 0).Select(list => list.Ndcg / OnTop(list.Hits, list.Truths, k))];
        return orders.Length > 0 ? orders.Average() : null;
    }

    private static double OnTop(int hits, int truths, int k) => RankingMetrics.Ndcg([.. Enumerable.Repeat(true, hits)], truths, k);
}
