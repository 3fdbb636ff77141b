
namespace MLNet.ConvRec.Evaluation;

/// <summary>How two systems differ in a metric on the same dialogues.</summary>
/// <param name="A">The one system's name.</param>
/// <param name="B">The other system's name.</param>
/// <param name="Metric">The metric's name (<see cref="MetricNames"/>).</param>
/// <param name="Difference">The mean over dialogues of A's value minus B's.</param>
/// <param name="Low">The lower end of its paired bootstrap interval.</param>
/// <param name="High">The upper end of its paired bootstrap interval.</param>
/// <param name="P">The two-sided p-value of Wilcoxon's signed-rank test; 1 if the systems differ nowhere.</param>
public sealed record MetricComparison(string A, string B, string Metric, double Difference, double Low, double High, double P)
{
    /// <summary>
    /// The p-value after <see cref="HolmCorrection"/> over the table that the comparison stands in; <see langword="null"/> where none was made.
    /// </summary>
    public double? PHolm { get; init; }
}
