using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Stage 2: the policy is reinforced, by whichever algorithm of the family (paper, algorithm 1).</summary>
internal static class RankGrpoLoop
{
    /// <summary>Trains the network in place; ends with the weights that did best on validation, where there is one.</summary>
    public static void Run(
        PolicyObjective objective, Transformer network, ListFactory lists, IReadOnlyList<RolloutPrompt> prompts, GreedyValidation? validation, RankGrpoOptions options, ulong seed,
        TimeProvider clock, Action<TrainingProgress> report)
    {
        var schedule = new Schedule(options.Steps, options.WarmupRatio, options.FinalRateRatio, options.TimeBudget, clock) { Kind = options.RateSchedule };
        using var optimization = new Optimization(network, options.Beta1, options.Beta2, weightDecay: 0, options.GradientClip);
        using var reference = options.KlCoefficient > 0 ? network.Copy() : null;
        var sampler = new RolloutSampler(lists, new Catalog.TitleMatcher(lists.Catalog), options, seed) { Objective = objective };
        var batchUpdate = new PolicyUpdate(objective, lists, reference, options);
        using var batches = Epochs(prompts, options.BatchSize, seed).GetEnumerator();
        var best = validation is null ? null : new BestWeights(network, validation.Ndcg(network, options.CancellationToken));
        for (var step = 0; step < options.Steps && schedule.Fraction(step) is < 1 and var fraction && batches.MoveNext(); step++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var rate = schedule.Rate(options.LearningRate, fraction);
            var rollouts = sampler.Sample(network, batches.Current, step);
            var (loss, norm) = (0.0, 0.0);
            for (var update = 0; update < options.UpdatesPerRollout; update++)
            {
                optimization.ZeroGradient();
                loss = batchUpdate.Accumulate(network, rollouts);
                norm = optimization.Step(rate);
            }

            var isLook = (step + 1) % options.ValidationInterval == 0 || step + 1 == options.Steps || schedule.Fraction(step + 1) >= 1;
            report(new TrainingProgress
            {
                Stage = objective.Stage,
                Step = step + 1,
                Steps = options.Steps,
                Fraction = schedule.Fraction(step + 1),
                Elapsed = schedule.Elapsed,
                Loss = loss,
                Reward = rollouts.Recall,
                Entropy = rollouts.Entropy,
                ValidationNdcg = isLook && best is not null ? best.Look(network, validation!.Ndcg(network, options.CancellationToken)) : null,
                ValidationNdcgAtStart = best?.Start,
                GradientNorm = norm,
                LearningRate = rate,
            });
        }

        best?.Restore(network);
    }

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
