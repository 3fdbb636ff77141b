using MLNet.ConvRec.Training.RankGrpo;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>How the policy is reinforced; <see langword="null"/> for what suits the catalog.</summary>
internal sealed record ReinforcementOptions
{
    /// <summary>The algorithm.</summary>
    public Algorithm Algorithm { get; init; } = Algorithm.RankGrpo;

    /// <summary>What a rank earns.</summary>
    public RankReward? Reward { get; init; }

    /// <summary>Updates on each batch of rollouts, μ.</summary>
    public int? UpdatesPerRollout { get; init; }

    /// <summary>Weight of the divergence from the policy at the start, β.</summary>
    public double? Kl { get; init; }

    /// <summary>What lists are sampled from.</summary>
    public RolloutDistribution? Rollouts { get; init; }

    /// <summary>Whether lists are sampled without the catalog mask.</summary>
    public bool IsFree { get; init; }

    /// <summary>Looks at the validation dialogues without a better one after which reinforcement ends.</summary>
    public int? Patience { get; init; }

    /// <summary>Returns the options with what was asked for.</summary>
    public RankGrpoOptions Applied(RankGrpoOptions options) => options with
    {
        Reward = Reward ?? options.Reward,
        UpdatesPerRollout = UpdatesPerRollout ?? options.UpdatesPerRollout,
        KlCoefficient = Kl ?? options.KlCoefficient,
        Rollouts = Rollouts ?? options.Rollouts,
        Patience = Patience ?? options.Patience,
        IsCatalogConstrained = options.IsCatalogConstrained && !IsFree,
    };

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <param name="isStage">Whether the policy is reinforced at all.</param>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate(bool isStage)
    {
        Require(
            isStage || this == new ReinforcementOptions(),
            $"--algorithm, --reward, --updates-per-rollout, --kl, --rollouts, --free and --patience are for the stage {StageNames.RankGrpo}; add it to --stages, or leave them out.");
        Require(UpdatesPerRollout is null or > 0, $"--updates-per-rollout must be 1 or more, not {UpdatesPerRollout}.");
        Require(Kl is null or (>= 0 and < double.PositiveInfinity), $"--kl must be 0 or more, not {Kl}.");
        Require(
            !(IsFree && Rollouts == RolloutDistribution.FirstLine),
            $"--rollouts {RolloutsName.First} draws items of the catalog, and --free writes without its mask; leave one of them out.");
        Require(Patience is null or > 0, $"--patience must be 1 or more, not {Patience}.");
        Require(
            Algorithm == Algorithm.RankGrpo || Reward is null or RankReward.ExpInfinity,
            $"--algorithm {AlgorithmNames.Of(Algorithm)} rewards a list as a whole; leave --reward out, or use --algorithm {AlgorithmNames.RankGrpo}.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException(otherwise);
    }
}
