using MLNet.ConvRec.Training.RankGrpo.Rollouts;

namespace MLNet.ConvRec.Training;

/// <summary>Where a training stands; reported after each step.</summary>
public sealed record TrainingProgress
{
    /// <summary>The stage: <c>sft</c>, <c>rank-grpo</c>, <c>grpo</c> or <c>gspo</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>Steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Steps planned; a time budget may end earlier.</summary>
    public required int Steps { get; init; }

    /// <summary>The share of the stage that is done, 0 to 1: of steps or of the time budget, whichever is further.</summary>
    public required double Fraction { get; init; }

    /// <summary>Time since the stage began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The loss of this step: mean cross-entropy in nats a token, or a line where scores are imitated (sft), or the negative objective (the others).</summary>
    public required double Loss { get; init; }

    /// <summary>Mean hits per list over true items among this step's rollouts, 0 to 1; <see langword="null"/> in sft.</summary>
    public double? Reward { get; init; }

    /// <summary>
    /// Mean of −log p, in nats, of the tokens that this step's rollouts chose among several: an estimate of the entropy of what they were drawn from;
    /// <see langword="null"/> in sft.
    /// </summary>
    public double? Entropy { get; init; }

    /// <summary>NDCG@N of greedy lists on the validation set, where this step looked; otherwise <see langword="null"/>.</summary>
    public double? ValidationNdcg { get; init; }

    /// <summary>NDCG@N of greedy lists on the validation set before the first step; <see langword="null"/> where there is no such set.</summary>
    public double? ValidationNdcgAtStart { get; init; }

    /// <summary>The norm of the gradient before clipping.</summary>
    public double GradientNorm { get; init; }

    /// <summary>The learning rate of this step.</summary>
    public double LearningRate { get; init; }

    /// <summary>Mean cross-entropy of the validation demonstrations, in nats a token, or a line where scores are imitated, where this step of sft looked; otherwise <see langword="null"/>.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>What this step's rollouts look like; <see langword="null"/> in sft.</summary>
    public RolloutStatistics? Rollouts { get; init; }

    /// <summary>What this step's last update saw; <see langword="null"/> in sft.</summary>
    public UpdateStatistics? Update { get; init; }

    /// <summary>Where the step's time went; <see langword="null"/> where nobody measured.</summary>
    public StepTimes? Times { get; init; }

    /// <summary>Some of this step's lists, where the step is one of those that show them; otherwise empty.</summary>
    public IReadOnlyList<SampledCompletion> Completions { get; init; } = [];

    /// <summary>What to look at; empty where all is well.</summary>
    public IReadOnlyList<TrainingWarning> Warnings { get; init; } = [];
}
