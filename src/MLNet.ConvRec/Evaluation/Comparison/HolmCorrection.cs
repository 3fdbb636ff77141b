namespace MLNet.ConvRec.Evaluation;

/// <summary>Adjusts the p-values of a table of comparisons for their number (Holm 1979).</summary>
/// <remarks>
/// Whoever calls each comparison with an adjusted p-value below 0.05 a difference errs in any of them with a probability of at most 5%,
/// however the comparisons depend on each other.
/// </remarks>
public static class HolmCorrection
{
    /// <summary>Adjusts p-values: the i-th smallest of m times m − i + 1, at most 1 and no smaller than a smaller one's.</summary>
    /// <param name="pValues">The p-values of all comparisons that are looked at together, each from 0 to 1.</param>
    /// <returns>The adjusted p-values, in the same order.</returns>
    /// <exception cref="ArgumentException">A value is no probability.</exception>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        if (pValues.Any(p => p is not (>= 0 and <= 1)))
            throw new ArgumentException($"A p-value is {pValues.First(p => p is not (>= 0 and <= 1))}; give probabilities, 0 to 1.", nameof(pValues));
        var adjusted = new double[pValues.Count];
        var (largest, left) = (0.0, pValues.Count);
        foreach (var (comparison, p) in pValues.Index().OrderBy(entry => entry.Item))
        {
            largest = Math.Max(largest, Math.Min(1, left * p));
            adjusted[comparison] = largest;
            left--;
        }

        return adjusted;
    }

    /// <summary>Enters the adjusted p-values into comparisons.</summary>
    /// <param name="comparisons">All comparisons of one table.</param>
    public static IReadOnlyList<MetricComparison> Adjust(IReadOnlyList<MetricComparison> comparisons)
    {
        ArgumentNullException.ThrowIfNull(comparisons);
        var adjusted = Adjust([.. comparisons.Select(comparison => comparison.P)]);
        return [.. comparisons.Select((comparison, index) => comparison with { PHolm = adjusted[index] })];
    }
}
