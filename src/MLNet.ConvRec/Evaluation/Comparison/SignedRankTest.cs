namespace MLNet.ConvRec.Evaluation.Comparison;

/// <summary>Wilcoxon's signed-rank test: do paired differences lie around zero?</summary>
/// <remarks>
/// Zero differences are dropped, as Wilcoxon did; equal sizes share their mean rank. Up to <see cref="ExactLimit"/> differences
/// the p-value is exact over all sign patterns, ties included; beyond, the normal approximation corrected for ties and continuity.
/// </remarks>
internal static class SignedRankTest
{
    /// <summary>The most differences for which all sign patterns are counted.</summary>
    public const int ExactLimit = 25;

    // Differences of metrics that are equal on paper differ in the last bits; their sizes tie.
    private const double SameSize = 1e-12;

    /// <summary>Returns the two-sided p-value; 1 if no difference is left.</summary>
    public static double PValue(IEnumerable<double> differences)
    {
        double[] left = [.. differences.Where(difference => Math.Abs(difference) > SameSize).OrderBy(Math.Abs)];
        if (left.Length == 0)
            return 1;
        var doubledRanks = DoubledRanks(left);
        var positive = left.Zip(doubledRanks, (difference, rank) => difference > 0 ? rank : 0L).Sum();
        return left.Length <= ExactLimit ? Exact(doubledRanks, positive) : Normal(doubledRanks, positive);
    }

    // Twice the ranks by size, so that the mean rank of a tie, which may be a half, stays whole.
    private static long[] DoubledRanks(double[] sorted)
    {
        var ranks = new long[sorted.Length];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && Math.Abs(sorted[end]) - Math.Abs(sorted[end - 1]) <= SameSize)
                end++;
            Array.Fill(ranks, start + 1 + end, start, end - start); // 2 · ((start + 1) + end) / 2
        }

        return ranks;
    }

    // ways[s]: in how many of the 2^n sign patterns the positive doubled ranks sum to s.
    private static double Exact(long[] doubledRanks, long positive)
    {
        var total = doubledRanks.Sum();
        var ways = new double[total + 1];
        ways[0] = 1;
        foreach (var rank in doubledRanks)
        {
            for (var sum = total; sum >= rank; sum--)
                ways[sum] += ways[sum - rank];
        }

        var tail = Math.Min(positive, total - positive);
        return Math.Min(1, 2 * ways.Take((int)tail + 1).Sum() / Math.Pow(2, doubledRanks.Length));
    }

    // Variance: n(n+1)(2n+1)/24 − Σ(t³−t)/48 over ties, which is Σ rank² / 4.
    private static double Normal(long[] doubledRanks, long positive)
    {
        var mean = doubledRanks.Sum() / 4.0;
        var deviation = Math.Sqrt(doubledRanks.Sum(rank => (double)rank * rank) / 16);
        var distance = Math.Max(0, Math.Abs((positive / 2.0) - mean) - 0.5);
        return NormalDistribution.BothTails(distance / deviation);
    }
}
