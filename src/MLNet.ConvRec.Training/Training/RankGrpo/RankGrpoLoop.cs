using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Stage 2: the policy is reinforced, by whichever algorithm of the family (paper, algorithm 1).</summary>
internal static class RankGrpoLoop
{
    /// <summary>Trains the network in place, from the newest checkpoint on where there is one; ends with the weights that did best on validation, if asked.</summary>
    public static void Run(
        PolicyObjective objective, Transformer network, ListFactory lists, IReadOnlyList<RolloutPrompt> prompts, GreedyValidation? validation,
        RankGrpoOptions options, ulong seed, TimeProvider clock, Action<TrainingProgress> report, RunCheckpoints? checkpoints = null)
    {
        options.Lora?.Adapt(network, seed);
        using var optimization = new Optimization(network.Trained, options.Beta1, options.Beta2, weightDecay: 0, options.GradientClip);
        using var first = options.KlCoefficient > 0 && options.Lora is null ? network.Copy() : null; // the first weights, before a checkpoint's take their place
        var run = new LiveRun(network, optimization, Generator: null);
        var saved = checkpoints?.Resume(run);
        var schedule = new Schedule(options.Steps, options.WarmupRatio, options.FinalRateRatio, options.TimeBudget, clock, saved?.Elapsed ?? default) { Kind = options.RateSchedule };
        var sampler = new RolloutSampler(lists, new Catalog.TitleMatcher(lists.Catalog), options, seed) { Objective = objective };
        var passes = new PolicyUpdate(objective, lists, options.KlCoefficient > 0 ? first ?? network : null, options);
        var done = saved?.Step ?? 0;
        using var batches = Epochs(prompts, options.BatchSize, seed).Skip(done).GetEnumerator();
        var best = BestWeights.Begin(validation, network, saved, options.CancellationToken);
        try
        {
            if (best is { IsLookPending: true })
                best.Look(network, options.CancellationToken);
            while (done < options.Steps && schedule.Fraction(done) is < 1 and var fraction && batches.MoveNext())
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var rate = schedule.Rate(options.LearningRate, fraction);
                var rollouts = sampler.Sample(network, batches.Current, done);
                var (loss, norm) = Update(run, passes, rollouts, options, rate);
                done++;
                var isLook = done % options.ValidationInterval == 0 || done == options.Steps || schedule.Fraction(done) >= 1;
                var ndcg = isLook ? best?.Look(network, options.CancellationToken) : null;
                report(Progress(objective, schedule, done, best) with
                {
                    Loss = loss,
                    Reward = rollouts.Recall,
                    Entropy = rollouts.Entropy,
                    ValidationNdcg = ndcg,
                    GradientNorm = norm,
                    LearningRate = rate,
                });
                checkpoints?.SaveIfDue(run, State());
            }
        }
        catch (OperationCanceledException)
        {
            checkpoints?.Save(run, State());
            throw;
        }

        checkpoints?.Save(run, State());
        best?.Restore(network);

        LoopState State() => new(done, schedule.Elapsed) { IsLookPending = best is { IsLookPending: true }, Best = best?.State };
    }

    // μ updates on one batch of rollouts. Nothing is cancelled between them, so that checkpoints stand between steps.
    private static (double Loss, double Norm) Update(LiveRun run, PolicyUpdate passes, Rollouts rollouts, RankGrpoOptions options, double rate)
    {
        var (loss, norm) = (0.0, 0.0);
        for (var update = 0; update < options.UpdatesPerRollout; update++)
        {
            run.Optimization.ZeroGradient();
            loss = passes.Accumulate(run.Network, rollouts);
            norm = run.Optimization.Step(rate);
        }

        return (loss, norm);
    }

    private static TrainingProgress Progress(PolicyObjective objective, Schedule schedule, int done, BestWeights? best) => new()
    {
        Stage = objective.Stage,
        Step = done,
        Steps = schedule.Steps,
        Fraction = schedule.Fraction(done),
        Elapsed = schedule.Elapsed,
        Loss = default,
        ValidationNdcgAtStart = best?.State.Start,
    };

    private static IEnumerable<RolloutPrompt[]> Epochs(IReadOnlyList<RolloutPrompt> prompts, int batchSize, ulong seed)
    {
        var size = Math.Min(batchSize, prompts.Count);
        for (var epoch = 0UL; ; epoch++)
        {
            // A rest smaller than a batch waits for another epoch's order.
            foreach (var batch in Shuffle.Order(prompts.Count, seed, epoch).Chunk(size).Where(batch => batch.Length == size))
                yield return [.. batch.Select(index => prompts[index])];
        }
    }
}
