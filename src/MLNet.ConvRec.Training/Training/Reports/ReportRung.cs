namespace MLNet.ConvRec.Training.Reports;

/// <summary>A rung of a report's ladder: a system, and what it adds to another on the same dialogues.</summary>
/// <param name="System">The name of a system of the table.</param>
/// <param name="Over">The name of the system that it is compared with; empty for the first rung.</param>
/// <param name="Gains">By metric what it adds; each rung the same metrics, the first none.</param>
public sealed record ReportRung(string System, string Over, IReadOnlyList<ReportGain> Gains);

/// <summary>How much a system has over another in a metric.</summary>
/// <param name="Metric">A metric of the table.</param>
/// <param name="Difference">The mean difference with its interval; above 0 where the system is better.</param>
/// <param name="P">The probability of such a difference by chance; <see langword="null"/> where no test was made.</param>
public sealed record ReportGain(string Metric, ReportValue Difference, double? P = null);
