namespace MLNet.ConvRec.Evaluation;

/// <summary>A mean over dialogues with its bootstrap interval.</summary>
/// <param name="Mean">The mean over the dialogues for which the metric is defined.</param>
/// <param name="Low">The interval's lower end; <see langword="null"/> without one, as for coverage, a value of the whole system.</param>
/// <param name="High">The interval's upper end; <see langword="null"/> without one.</param>
public sealed record Estimate(double Mean, double? Low = null, double? High = null);
