namespace MLNet.ConvRec.Training;

/// <summary>What a step's rollouts look like; means are over lists unless said.</summary>
public sealed record RolloutStatistics
{
    /// <summary>Mean of what a list earned: its ranks' rewards added up (rank-grpo), or its sequence reward (grpo, gspo).</summary>
    public required double Reward { get; init; }

    /// <summary>Mean over groups of the standard deviation (of the sample, n − 1) of what their lists earned.</summary>
    public required double RewardDeviation { get; init; }

    /// <summary>Share of groups, 0 to 1, whose lists all earned the same, at every rank (rank-grpo) or as a whole (grpo, gspo), so that they teach nothing.</summary>
    public required double ZeroDeviationShare { get; init; }

    /// <summary>Mean hits of a list over its dialogue's true items, 0 to 1.</summary>
    public required double Recall { get; init; }

    /// <summary>Share of lists with a hit at each rank, 0 to 1, [N]: rank 1 first.</summary>
    public required IReadOnlyList<double> RelevanceByRank { get; init; }

    /// <summary>Share of the lines asked for, 0 to 1, that name a catalog item; 1 under the catalog mask, as long as it has items left.</summary>
    public required double InCatalogShare { get; init; }

    /// <summary>Share of the lines asked for, 0 to 1, that repeat an item of their list; 0 under the catalog mask.</summary>
    public required double RepeatShare { get; init; }

    /// <summary>Tokens of a list: mean, fewest, most; the end of the turn counts.</summary>
    public required LengthStatistics Length { get; init; }

    /// <summary>Share of lists that the token limit cut off, 0 to 1.</summary>
    public required double TruncatedShare { get; init; }
}

/// <summary>Lengths in tokens.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Min">The shortest.</param>
/// <param name="Max">The longest.</param>
public sealed record LengthStatistics(double Mean, int Min, int Max);

/// <summary>What the last of a step's μ updates saw before it changed the weights.</summary>
public sealed record UpdateStatistics
{
    /// <summary>Mean k3 estimate of the divergence from the reference policy, nats a token; <see langword="null"/> where β = 0.</summary>
    public double? Divergence { get; init; }

    /// <summary>Share of ratios, 0 to 1, that were clipped from below: under 1 − ε_low where the advantage is negative.</summary>
    public required double ClippedLow { get; init; }

    /// <summary>Share of ratios, 0 to 1, that were clipped from above: over 1 + ε_high where the advantage is positive.</summary>
    public required double ClippedHigh { get; init; }
}

/// <summary>Where the time of a step went.</summary>
/// <param name="Rollouts">Sampling and judging lists.</param>
/// <param name="Update">The μ updates.</param>
/// <param name="Validation">The look at the validation set, where the step had one.</param>
/// <param name="Step">All of the step.</param>
public sealed record StepTimes(TimeSpan Rollouts, TimeSpan Update, TimeSpan Validation, TimeSpan Step);

/// <summary>A sampled list with what it earned, to read.</summary>
public sealed record SampledCompletion
{
    /// <summary>The dialogue's id.</summary>
    public required string DialogueId { get; init; }

    /// <summary>The dialogue and the ask, as the policy reads it.</summary>
    public required string Prompt { get; init; }

    /// <summary>The list as the policy wrote it.</summary>
    public required string Completion { get; init; }

    /// <summary>The true items, <c>Title (Year)</c>.</summary>
    public required IReadOnlyList<string> GroundTruth { get; init; }

    /// <summary>What each rank earned, [N].</summary>
    public required IReadOnlyList<double> Rewards { get; init; }

    /// <summary>Each rank's advantage, [N]; the list's, [1], in grpo and gspo.</summary>
    public required IReadOnlyList<double> Advantages { get; init; }
}

/// <summary>Something that a user should look at while it can still be mended.</summary>
/// <param name="Kind">What is wrong, in a word or two that do not change from step to step.</param>
/// <param name="Message">A sentence with the numbers and the remedy.</param>
public sealed record TrainingWarning(string Kind, string Message);
