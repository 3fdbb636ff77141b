
namespace MLNet.ConvRec.Evaluation;

/// <summary>One system's row: means with intervals, and what they were taken over.</summary>
/// <remarks>Immutable; a system's entry in <c>metrics.json</c>.</remarks>
public sealed record SystemMetrics
{
    /// <summary>The system's name, such as <c>rankGrpo</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What a reader must know beside the name, such as <c>simulated teacher</c>; <see langword="null"/> for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The number of dialogues.</summary>
    public int Dialogues { get; init; }

    /// <summary>
    /// The number of conversations that they come from and that intervals resample; <see langword="null"/> where each dialogue stands alone.
    /// </summary>
    public int? Conversations { get; init; }

    /// <summary>How many of them have no ground truth and so count in no accuracy metric.</summary>
    public int WithoutGroundTruth { get; init; }

    /// <summary>How many of them have no list, which counts as an empty one.</summary>
    public int WithoutList { get; init; }

    /// <summary>The metrics by name (<see cref="MetricNames"/>); those that no dialogue defines are absent.</summary>
    public required IReadOnlyDictionary<string, Estimate> Metrics { get; init; }

    /// <summary>By rank the share of the dialogues with ground truth whose line at that rank hits.</summary>
    public IReadOnlyList<double> PerRankRelevance { get; init; } = [];
}
