using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Checkpoints;

namespace MLNet.ConvRec.Training;

/// <summary>How and when a stage is judged by held-out data.</summary>
/// <param name="Judge">Tells how the network does.</param>
/// <param name="Interval">Steps between two looks.</param>
/// <param name="Patience">Looks without a better one after which the training ends; <see langword="null"/>: it never does.</param>
internal sealed record ValidationPlan(Func<Transformer, CancellationToken, double> Judge, int Interval, int? Patience)
{
    /// <summary>Whether <see cref="Judge"/> tells a loss, of which less is better; otherwise NDCG.</summary>
    public bool IsLoss { get; init; }

    /// <summary>Whether the stage ends with the best weights, or with the last.</summary>
    public bool IsBestKept { get; init; } = true;
}

/// <summary>Looks at the validation set, and keeps the weights that did best so far.</summary>
internal sealed class BestWeights
{
    private readonly ValidationPlan _plan;

    private BestWeights(ValidationPlan plan, BestState state) => (_plan, State) = (plan, state);

    /// <summary>The best so far.</summary>
    public BestState State { get; private set; }

    /// <summary>Whether a look was begun and cancelled.</summary>
    public bool IsLookPending { get; private set; }

    /// <summary>Whether as many looks were without a better one as the stage has patience for.</summary>
    public bool IsOutOfPatience => State.Misses >= _plan.Patience;

    /// <summary>Begins with a first look, or with what an earlier process saved; <see langword="null"/> without a validation set.</summary>
    public static BestWeights? Begin(ValidationPlan? plan, Transformer network, LoopState? saved, CancellationToken cancellation)
    {
        if (plan is null)
            return null;
        if (saved?.Best is { } best)
            return new BestWeights(plan, best) { IsLookPending = saved.IsLookPending };
        var start = plan.Judge(network, cancellation);
        return new BestWeights(plan, new BestState(WeightTransfer.SaveTrained(network), start, start));
    }

    /// <summary>Judges the network as it stands; returns its value.</summary>
    public double Look(Transformer network, CancellationToken cancellation)
    {
        IsLookPending = true;
        var value = _plan.Judge(network, cancellation);
        NotFiniteException.ThrowIfNotFinite("validation loss", value, () => []);
        IsLookPending = false;
        if (_plan.IsLoss ? value < State.Value : value > State.Value)
            State = State with { Value = value, Weights = WeightTransfer.SaveTrained(network), Misses = 0 };
        else
            State = State with { Misses = State.Misses + 1 };
        return value;
    }

    /// <summary>Judges the network if the step is one of those that do.</summary>
    public double? LookIfDue(Transformer network, int step, bool isLast, CancellationToken cancellation) =>
        isLast || step % _plan.Interval == 0 ? Look(network, cancellation) : null;

    /// <summary>Gives the network the best weights, if the stage ends with them.</summary>
    public void Restore(Transformer network)
    {
        if (_plan.IsBestKept)
            WeightTransfer.Load(network.Trained, State.Weights);
    }
}
