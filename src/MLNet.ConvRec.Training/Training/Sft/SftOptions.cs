using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Checkpoints;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>Options of imitation (SFT). Defaults suit a <c>Tiny</c> policy trained from scratch; a pretrained backbone wants a rate near 5e-5 (paper, appendix).</summary>
public sealed record SftOptions
{
    internal const int DefaultMicroBatchTokens = 2048; // keeps a step's logits near the processor's cache

    /// <summary>What of a demonstration is imitated. The default is <see cref="ImitationTarget.List"/> (paper).</summary>
    public ImitationTarget Imitation { get; init; } = ImitationTarget.List;

    /// <summary>
    /// τ: the scores s of a demonstration are imitated as the distribution softmax(s / τ); where the list is imitated it must be 1. The default is 1.
    /// </summary>
    public double ImitationTemperature { get; init; } = 1;

    /// <summary>Passes over the demonstrations. The default is 20.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Steps at most; <see langword="null"/>: what <see cref="Epochs"/> makes. The paper stops at 1,500.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Demonstrations a step. The default is 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Learning rate after warm-up. The default is 2e-3.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Share of the steps in which the rate rises from 0. The default is 0.05.</summary>
    public double WarmupRatio { get; init; } = 0.05;

    /// <summary>How the rate goes on after warm-up. The default is <see cref="LearningRateSchedule.Linear"/>.</summary>
    public LearningRateSchedule RateSchedule { get; init; } = LearningRateSchedule.Linear;

    /// <summary>Share of the rate that is left at the end of the decay; a constant rate has none. The default is 0.1.</summary>
    public double FinalRateRatio { get; init; } = 0.1;

    /// <summary>Adam β₁. The default is 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam β₂. The default is 0.98.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Decoupled weight decay. The default is 0.05.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Norm to which gradients are clipped. The default is 1.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>Probability of dropping an embedding unit while training. The default is 0.1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>
    /// Demonstrated dialogues, rows as Fit takes them, whose mean cross-entropy, a token or where scores are imitated a line, without dropout, is looked at
    /// before the first step and every <see cref="ValidationInterval"/> steps. The default is none.
    /// </summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>Steps between two looks at <see cref="ValidationSet"/>. The default is 50.</summary>
    public int ValidationInterval { get; init; } = 50;

    /// <summary>Looks at <see cref="ValidationSet"/> without a better one after which the training ends. The default is <see langword="null"/>: it never ends early.</summary>
    public int? Patience { get; init; }

    /// <summary>
    /// Whether the training ends with the weights of the lowest cross-entropy on <see cref="ValidationSet"/>. The default is <see langword="false"/>: with the
    /// last ones, since lists go on getting better when their cross-entropy no longer does (the paper fits the demonstrations a little too closely on purpose).
    /// </summary>
    public bool IsBestKept { get; init; }

    /// <summary>How the trained recommender, and the model that is saved of it, writes lists. The default is <see cref="ListDecoding.Lines"/> (paper).</summary>
    public ListDecoding Decoding { get; init; } = ListDecoding.Lines;

    /// <summary>The number formats of the network while it trains. The default is <see cref="Precision.Full"/>.</summary>
    public Precision Precision { get; init; }

    /// <summary>
    /// Whether a block's activations are computed again on the way back instead of kept: about a third more time, the memory of one block's instead of all,
    /// the same gradients. The default is <see langword="false"/>; a backbone of half a billion weights wants it.
    /// </summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>
    /// Tokens that pass the network at a time in an update, prompts and padding included, at least 1: they bound its memory, whatever the batch; how a batch is
    /// cut changes gradients by the rounding of their sums alone. <see langword="null"/>: chosen by the memory that is free, told in ML.NET's log, and kept by
    /// checkpoints, so that a resumed run cuts as before. The default is 2,048.
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
        OptionCheck.Known(Imitation, nameof(SftOptions), nameof(Imitation));
        OptionCheck.Positive(ImitationTemperature, nameof(SftOptions), nameof(ImitationTemperature));
        if (Imitation == ImitationTarget.List && ImitationTemperature != 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"SftOptions.ImitationTemperature is {ImitationTemperature}, but no scores are imitated; set Imitation to {ImitationTarget.FirstLine} or {ImitationTarget.Lines}, or ImitationTemperature to 1."));
        }

        OptionCheck.AtLeast(Epochs, 1, nameof(SftOptions), nameof(Epochs));
        OptionCheck.AtLeast(MaxSteps ?? 1, 1, nameof(SftOptions), nameof(MaxSteps));
        OptionCheck.AtLeast(BatchSize, 1, nameof(SftOptions), nameof(BatchSize));
        OptionCheck.Positive(LearningRate, nameof(SftOptions), nameof(LearningRate));
        OptionCheck.Between(WarmupRatio, 0, 1, nameof(SftOptions), nameof(WarmupRatio));
        OptionCheck.Known(RateSchedule, nameof(SftOptions), nameof(RateSchedule));
        OptionCheck.Between(FinalRateRatio, 0, 1, nameof(SftOptions), nameof(FinalRateRatio));
        OptionCheck.Between(Beta1, 0, 1, nameof(SftOptions), nameof(Beta1));
        OptionCheck.Between(Beta2, 0, 1, nameof(SftOptions), nameof(Beta2));
        OptionCheck.AtLeast(WeightDecay, 0, nameof(SftOptions), nameof(WeightDecay));
        OptionCheck.Positive(GradientClip, nameof(SftOptions), nameof(GradientClip));
        OptionCheck.AtLeast(ValidationInterval, 1, nameof(SftOptions), nameof(ValidationInterval));
        OptionCheck.AtLeast(Patience ?? 1, 1, nameof(SftOptions), nameof(Patience));
        OptionCheck.Known(Decoding, nameof(SftOptions), nameof(Decoding));
        OptionCheck.Known(Precision, nameof(SftOptions), nameof(Precision));
        OptionCheck.AtLeast(MicroBatchTokens ?? 1, 1, nameof(SftOptions), nameof(MicroBatchTokens));
        OptionCheck.Between(Dropout, 0, 0.9, nameof(SftOptions), nameof(Dropout));
        Checkpoints?.Validate();
        if (ValidationSet is null && (Patience is not null || IsBestKept))
        {
            var (option, off) = IsBestKept ? ($"{nameof(IsBestKept)} is true", "false") : ($"{nameof(Patience)} is {Patience}", "null");
            throw new ArgumentException($"SftOptions.{option}, but there is nothing to look at; set ValidationSet, or {option.Split(' ')[0]} to {off}.");
        }

        Lora?.Validate();
    }
}
