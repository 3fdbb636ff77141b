namespace MLNet.ConvRec.Evaluation;

/// <summary>What an evaluation found on a stratum.</summary>
/// <remarks>Immutable; an entry of <c>strata</c> in <c>metrics.json</c>.</remarks>
/// <param name="Name">The stratum's name.</param>
/// <param name="Rule">What belongs to it, in words.</param>
/// <param name="Systems">The systems, in the order of the table; none where the stratum has no dialogue.</param>
public sealed record StratumMetrics(string Name, string Rule, IReadOnlyList<SystemMetrics> Systems);
