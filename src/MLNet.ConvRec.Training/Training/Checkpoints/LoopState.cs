using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>Where a stage's loop stands between two steps. The place in the data and the draws of rollouts follow from seed and step.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Elapsed">The time that they took, over all of the run's processes.</param>
internal sealed record LoopState(int Step, TimeSpan Elapsed)
{
    /// <summary>Whether this step's look at the validation set was cancelled and is still to come.</summary>
    public bool IsLookPending { get; init; }

    /// <summary>What did best on validation; <see langword="null"/> without such a set.</summary>
    public BestState? Best { get; init; }
}

/// <summary>The best weights so far.</summary>
/// <param name="Weights">What is trained: the weights, or the adapters.</param>
/// <param name="Value">How good they are.</param>
/// <param name="Start">How good the first weights were.</param>
internal sealed record BestState(PolicyWeights Weights, double Value, double Start)
{
    /// <summary>Looks since then that found nothing better.</summary>
    public int Misses { get; init; }
}
