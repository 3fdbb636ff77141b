using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Options of Rank-GRPO. Defaults suit a <c>Tiny</c> policy; <see cref="Paper"/> holds the paper's.</summary>
public sealed record RankGrpoOptions
{
    internal const int DefaultMicroBatchTokens = 16_384;

    /// <summary>The paper's preset: lr 1e-6, β 1e-3, free sampling, G 8, ε 0.06/0.08.</summary>
    public static RankGrpoOptions Paper { get; } = new() { LearningRate = 1e-6, KlCoefficient = 1e-3, IsCatalogConstrained = false };

    /// <summary>Updates, each on a fresh batch of rollouts or its repetition (<see cref="UpdatesPerRollout"/>). The default is 100.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Dialogues a step. The default is 24.</summary>
    public int BatchSize { get; init; } = 24;

    /// <summary>Lists a dialogue, G: the group in which advantages are relative. The default is 8.</summary>
    public int GroupSize { get; init; } = 8;

    /// <summary>Learning rate after warm-up. The default is 1e-4.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Share of the steps in which the rate rises from 0. The default is 0.05.</summary>
    public double WarmupRatio { get; init; } = 0.05;

    /// <summary>How the rate goes on after warm-up. The default is <see cref="LearningRateSchedule.Linear"/>.</summary>
    public LearningRateSchedule RateSchedule { get; init; } = LearningRateSchedule.Linear;

    /// <summary>Share of the rate that is left at the end of the decay. The default is 1: a constant rate.</summary>
    public double FinalRateRatio { get; init; } = 1;

    /// <summary>Updates on each batch of rollouts, μ. The default is 1.</summary>
    public int UpdatesPerRollout { get; init; } = 1;

    /// <summary>ε_low: ratios are clipped below 1 − ε_low. The default is 0.06 (paper).</summary>
    public double ClipLow { get; init; } = 0.06;

    /// <summary>ε_high: ratios are clipped above 1 + ε_high. The default is 0.08 (paper).</summary>
    public double ClipHigh { get; init; } = 0.08;

    /// <summary>
    /// δ, above which ratios are cut off where the advantage is negative too, so that one token that became likely can't outweigh a batch; above 1 + ε_high.
    /// The default is <see langword="null"/>: no bound (paper).
    /// </summary>
    public double? RatioBound { get; init; }

    /// <summary>β, weight of the divergence from the policy at the start. The default is 0: no reference model in memory. The paper: 1e-3.</summary>
    public double KlCoefficient { get; init; }

    /// <summary>
    /// Weight of the bonus on the mean entropy, in nats, of what the rollouts' tokens are drawn from, which keeps a policy from deciding too soon. The default is
    /// 0: none.
    /// </summary>
    public double EntropyCoefficient { get; init; }

    /// <summary>How rank losses are averaged. The default is the paper's <see cref="LossAggregation.RankMean"/>.</summary>
    public LossAggregation Aggregation { get; init; } = LossAggregation.RankMean;

    /// <summary>What centred rewards are divided by. The default is the paper's <see cref="AdvantageScaling.Group"/>.</summary>
    public AdvantageScaling AdvantageScaling { get; init; } = AdvantageScaling.Group;

    /// <summary>The reward of a rank. The default is <see cref="RankReward.ExpInfinity"/>: its own hit. GRPO and GSPO discount and add up what the ranks earn.</summary>
    public RankReward Reward { get; init; } = new RankReward.ExpInfinity();

    /// <summary>What rollouts are drawn from. The default is <see cref="RolloutDistribution.Lines"/> (paper).</summary>
    public RolloutDistribution Rollouts { get; init; } = RolloutDistribution.Lines;

    /// <summary>Temperature of the rollouts. The default is 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// Top-p of the rollouts: only the most likely tokens that together reach this probability are drawn from, and ratios are of that distribution. The
    /// default is 1: all.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>Lists written at a time at most; bounds the memory of their keys and values. The default is 256.</summary>
    public int ConcurrentLists { get; init; } = 256;

    /// <summary>Whether rollouts are sampled under the catalog mask (no unknown, repeated or seen title) or freely, as in the paper. The default is <see langword="true"/>.</summary>
    public bool IsCatalogConstrained { get; init; } = true;

    /// <summary>The most tokens of a freely sampled list. The default is 400.</summary>
    public int MaxListTokens { get; init; } = 400;

    /// <summary>Whether freely sampled lists that <see cref="MaxListTokens"/> cut off are learned from; they are compared with in any case. The default is <see langword="true"/>.</summary>
    public bool IncludeTruncated { get; init; } = true;

    /// <summary>What freely sampled lists earn for ending after N lines. The default is <see langword="null"/>: nothing.</summary>
    public LengthShaping? LengthShaping { get; init; }

    /// <summary>Norm to which gradients are clipped. The default is 1.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>Adam β₁. The default is 0.9 (paper).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam β₂. The default is 0.99 (paper).</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Whether dialogues that were imitated are reinforced too. The default is <see langword="false"/>: what imitation memorised teaches little.</summary>
    public bool IncludeImitated { get; init; }

    /// <summary>Dialogues with ground truth on which lists are judged every <see cref="ValidationInterval"/> steps; the best weights are kept. The default is none.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>Steps between two looks at <see cref="ValidationSet"/>. The default is 20.</summary>
    public int ValidationInterval { get; init; } = 20;

    /// <summary>
    /// How the lists by which <see cref="ValidationSet"/> is judged are written. The default is <see cref="ListDecoding.Lines"/>;
    /// <see cref="ListDecoding.First"/> takes less time, the less the surer the policy is.
    /// </summary>
    public ListDecoding ValidationDecoding { get; init; } = ListDecoding.Lines;

    /// <summary>How the trained recommender, and the model that is saved of it, writes lists. The default is <see cref="ListDecoding.Lines"/> (paper).</summary>
    public ListDecoding Decoding { get; init; } = ListDecoding.Lines;

    /// <summary>
    /// Looks at <see cref="ValidationSet"/> without a better one after which the training ends, with the best weights as always. The default is
    /// <see langword="null"/>: it never ends early.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>
    /// Steps between two whose lists <see cref="TrainingProgress.Completions"/> shows, those of the step's first dialogue; the first step's are shown too.
    /// 0 or <see langword="null"/>: none are. The default is 20.
    /// </summary>
    public int? CompletionsInterval { get; init; } = 20;

    /// <summary>The number formats of the network while it samples and trains. The default is <see cref="Precision.Full"/>.</summary>
    public Precision Precision { get; init; }

    /// <summary>
    /// Whether a block's activations are computed again on the way back instead of kept: about a third more time, the memory of one block's instead of all,
    /// the same gradients. The default is <see langword="false"/>; a backbone of half a billion weights wants it.
    /// </summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>
    /// Tokens that pass the network at a time in an update, prompts and padding included, at least 1: they bound its memory, whatever the batch; how a batch is
    /// cut changes gradients by the rounding of their sums alone. <see langword="null"/>: chosen by the memory that is free, told in ML.NET's log, and kept by
    /// checkpoints, so that a resumed run cuts as before. The default is 16,384.
    /// </summary>
    public int? MicroBatchTokens { get; init; } = DefaultMicroBatchTokens;

    /// <summary>Low-rank adapters that are trained in place of the weights, and merged into them at the end. The default is <see langword="null"/>: all weights are trained.</summary>
    public LoraOptions? Lora { get; init; }

    /// <summary>Wall time at most; the schedule then ends early. It makes the result depend on the machine's speed. The default is none.</summary>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>Where and how often the training is saved, to go on after it was stopped. The default is nowhere.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Told after each step. The default is nobody; ML.NET's log is told in any case.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops the training between steps with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it and its range.</exception>
    public void Validate()
    {
        OptionCheck.AtLeast(Steps, 1, nameof(RankGrpoOptions), nameof(Steps));
        OptionCheck.AtLeast(BatchSize, 1, nameof(RankGrpoOptions), nameof(BatchSize));
        OptionCheck.AtLeast(GroupSize, 2, nameof(RankGrpoOptions), nameof(GroupSize));
        OptionCheck.Positive(LearningRate, nameof(RankGrpoOptions), nameof(LearningRate));
        OptionCheck.Between(WarmupRatio, 0, 1, nameof(RankGrpoOptions), nameof(WarmupRatio));
        OptionCheck.Known(RateSchedule, nameof(RankGrpoOptions), nameof(RateSchedule));
        OptionCheck.Between(FinalRateRatio, 0, 1, nameof(RankGrpoOptions), nameof(FinalRateRatio));
        OptionCheck.AtLeast(UpdatesPerRollout, 1, nameof(RankGrpoOptions), nameof(UpdatesPerRollout));
        OptionCheck.Between(ClipLow, 0, 1, nameof(RankGrpoOptions), nameof(ClipLow));
        OptionCheck.AtLeast(ClipHigh, 0, nameof(RankGrpoOptions), nameof(ClipHigh));
        OptionCheck.AtLeast(KlCoefficient, 0, nameof(RankGrpoOptions), nameof(KlCoefficient));
        OptionCheck.AtLeast(EntropyCoefficient, 0, nameof(RankGrpoOptions), nameof(EntropyCoefficient));
        OptionCheck.Known(Rollouts, nameof(RankGrpoOptions), nameof(Rollouts));
        OptionCheck.Positive(Temperature, nameof(RankGrpoOptions), nameof(Temperature));
        OptionCheck.Between(TopP, 0, 1, nameof(RankGrpoOptions), nameof(TopP));
        OptionCheck.Positive(TopP, nameof(RankGrpoOptions), nameof(TopP));
        OptionCheck.AtLeast(ConcurrentLists, 1, nameof(RankGrpoOptions), nameof(ConcurrentLists));
        OptionCheck.AtLeast(MicroBatchTokens ?? 1, 1, nameof(RankGrpoOptions), nameof(MicroBatchTokens));
        OptionCheck.AtLeast(MaxListTokens, 1, nameof(RankGrpoOptions), nameof(MaxListTokens));
        OptionCheck.Positive(GradientClip, nameof(RankGrpoOptions), nameof(GradientClip));
        OptionCheck.Between(Beta1, 0, 1, nameof(RankGrpoOptions), nameof(Beta1));
        OptionCheck.Between(Beta2, 0, 1, nameof(RankGrpoOptions), nameof(Beta2));
        OptionCheck.AtLeast(ValidationInterval, 1, nameof(RankGrpoOptions), nameof(ValidationInterval));
        OptionCheck.Known(ValidationDecoding, nameof(RankGrpoOptions), nameof(ValidationDecoding));
        OptionCheck.Known(Decoding, nameof(RankGrpoOptions), nameof(Decoding));
        OptionCheck.AtLeast(Patience ?? 1, 1, nameof(RankGrpoOptions), nameof(Patience));
        OptionCheck.AtLeast(CompletionsInterval ?? 0, 0, nameof(RankGrpoOptions), nameof(CompletionsInterval));
        OptionCheck.Known(Precision, nameof(RankGrpoOptions), nameof(Precision));
        OptionCheck.Known(Aggregation, nameof(RankGrpoOptions), nameof(Aggregation));
        OptionCheck.Known(AdvantageScaling, nameof(RankGrpoOptions), nameof(AdvantageScaling));
        ArgumentNullException.ThrowIfNull(Reward);
        Checkpoints?.Validate();
        Lora?.Validate();
        LengthShaping?.Validate();
        ValidateTogether();
    }

    private void ValidateTogether()
    {
        if (RatioBound is { } bound && !(bound > 1 + ClipHigh && double.IsFinite(bound)))
            throw new ArgumentException(FormattableString.Invariant($"RankGrpoOptions.RatioBound is {bound}; it must be above 1 + ClipHigh ({1 + ClipHigh}), or null for none."));
        if (Patience is { } looks && ValidationSet is null)
            throw new ArgumentException($"RankGrpoOptions.Patience is {looks}, but there is nothing to look at; set ValidationSet, or Patience to null.");
        if (Rollouts == RolloutDistribution.FirstLine && !IsCatalogConstrained)
            throw new ArgumentException("RankGrpoOptions.Rollouts is FirstLine, which draws items of the catalog; set IsCatalogConstrained to true, or Rollouts to Lines.");
        if (Rollouts == RolloutDistribution.FirstLine && TopP != 1)
            throw new ArgumentException(FormattableString.Invariant($"RankGrpoOptions.TopP is {TopP}, but Rollouts is FirstLine, which draws from the whole distribution; set TopP to 1, or Rollouts to Lines."));
        if (Rollouts == RolloutDistribution.FirstLine && EntropyCoefficient != 0)
            throw new ArgumentException(FormattableString.Invariant($"RankGrpoOptions.EntropyCoefficient is {EntropyCoefficient}, but Rollouts is FirstLine, where no token is chosen alone; set it to 0, or Rollouts to Lines."));
        if (IsCatalogConstrained && LengthShaping is not null)
            throw new ArgumentException("RankGrpoOptions.LengthShaping is set, but lists under the catalog mask always have N lines; set IsCatalogConstrained to false, or LengthShaping to null.");
        if (IsCatalogConstrained && !IncludeTruncated)
            throw new ArgumentException("RankGrpoOptions.IncludeTruncated is false, but lists under the catalog mask are never cut off; set IsCatalogConstrained to false, or IncludeTruncated to true.");
    }
}
