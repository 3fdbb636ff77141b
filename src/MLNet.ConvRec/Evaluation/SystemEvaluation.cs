
namespace MLNet.ConvRec.Evaluation;

/// <summary>What an evaluation found of one system: its summary, and the values by dialogue that paired tests need.</summary>
/// <remarks>Immutable.</remarks>
public sealed record SystemEvaluation
{
    /// <summary>Means, intervals and counts.</summary>
    public required SystemMetrics Summary { get; init; }

    /// <summary>The dialogues in the order of <see cref="Values"/>.</summary>
    public required IReadOnlyList<string> DialogueIds { get; init; }

    /// <summary>By metric name one value per dialogue; NaN where the metric is not defined (no ground truth; no line listed).</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<double>> Values { get; init; }

    /// <summary>The system's name.</summary>
    public string Name => Summary.Name;

    /// <summary>The metrics by name (<see cref="MetricNames"/>); those that no dialogue defines are absent.</summary>
    public IReadOnlyDictionary<string, Estimate> Metrics => Summary.Metrics;
}
