using System.Globalization;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Checkpoints;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training;

/// <summary>What surrounds the steps of every stage: when they end, looks at the validation set, reports, checkpoints, and what a training stops at.</summary>
internal sealed record StageLoop
{
    /// <summary>The stage's name.</summary>
    public required string Stage { get; init; }

    /// <summary>What steps change.</summary>
    public required LiveRun Run { get; init; }

    /// <summary>When it ends, and the rate of each step.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>The full learning rate, and the option that says it.</summary>
    public required (string Option, double Value) LearningRate { get; init; }

    /// <summary>How it is judged by held-out data, if it is.</summary>
    public ValidationPlan? Validation { get; init; }

    /// <summary>Where it is saved, if it is.</summary>
    public RunCheckpoints? Checkpoints { get; init; }

    /// <summary>Tells the time.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Told after each step.</summary>
    public required Action<TrainingProgress> Report { get; init; }

    /// <summary>Stops it between steps.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Takes the steps that are left; ends with the best weights, if the plan of validation says so.</summary>
    /// <param name="saved">Where an earlier process stood; <see langword="null"/>: at the beginning.</param>
    /// <param name="batches">The batches of all steps, the first one's first.</param>
    /// <param name="dialogues">The ids of a batch's dialogues.</param>
    /// <param name="step">Takes a step: given its batch, its number and rate, and its watch; completes what is told of it.</param>
    /// <exception cref="TrainingDivergedException">A step computed something that is no number.</exception>
    public void Go<TBatch>(
        LoopState? saved, IEnumerable<TBatch> batches, Func<TBatch, IEnumerable<string>> dialogues, Func<TBatch, TrainingProgress, StepWatch, TrainingProgress> step)
    {
        var done = saved?.Step ?? 0;
        var best = BestWeights.Begin(Validation, Run.Network, saved, Cancellation);
        using var left = batches.Skip(done).GetEnumerator();
        try
        {
            if (best is { IsLookPending: true })
                best.Look(Run.Network, Cancellation);
            while (done < Schedule.Steps && best is not { IsOutOfPatience: true } && Schedule.Fraction(done) is < 1 and var fraction && left.MoveNext())
            {
                Cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var watch = new StepWatch(Clock);
                var taken = step(left.Current, Begun(done + 1, fraction, best), watch);
                done++;
                var value = best?.LookIfDue(Run.Network, done, isLast: done == Schedule.Steps || Schedule.Fraction(done) >= 1, Cancellation);
                Report(Told(taken, value, watch));
                Checkpoints?.SaveIfDue(Run, State());
            }
        }
        catch (OperationCanceledException)
        {
            Checkpoints?.Save(Run, State());
            throw;
        }
        catch (NotFiniteException fault)
        {
            var failed = best is { IsLookPending: true } ? done : done + 1;
            throw TrainingDivergedException.Of(fault, Stage, failed, fault.Dialogues ?? [.. dialogues(left.Current)], Rate(), Resume());
        }

        Checkpoints?.Save(Run, State());
        best?.Restore(Run.Network);

        LoopState State() => new(done, Schedule.Elapsed) { IsLookPending = best is { IsLookPending: true }, Best = best?.State };
    }

    private TrainingProgress Begun(int step, double fraction, BestWeights? best) => new()
    {
        Stage = Stage,
        Step = step,
        Steps = Schedule.Steps,
        Fraction = default,
        Elapsed = default,
        Loss = default,
        LearningRate = Schedule.Rate(LearningRate.Value, fraction),
        ValidationNdcgAtStart = Validation is { IsLoss: false } ? best?.State.Start : null,
    };

    private TrainingProgress Told(TrainingProgress step, double? value, StepWatch watch)
    {
        if (value is not null)
            watch.ValidationEnds();
        return step with
        {
            Fraction = Schedule.Fraction(step.Step),
            Elapsed = Schedule.Elapsed,
            ValidationNdcg = Validation is { IsLoss: false } ? value : null,
            ValidationLoss = Validation is { IsLoss: true } ? value : null,
            Times = watch.Times,
        };
    }

    private string Rate() => string.Create(CultureInfo.InvariantCulture, $"{LearningRate.Option} ({LearningRate.Value})");

    private string Resume() => Checkpoints is null
        ? "and begin anew; with checkpoints it could go on from the last good one"
        : Checkpoints.SetAsideFailed(Run) is { } newest
            ? $"and go on from {newest} by {nameof(CheckpointOptions)}.{nameof(CheckpointOptions.IsOtherRunAllowed)}"
            : "and begin anew: there is no checkpoint of an earlier step";
}
