using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Stage 2: the policy is reinforced, by whichever algorithm of the family (paper, algorithm 1).</summary>
internal static class RankGrpoLoop
{
    /// <summary>Trains the network in place, from the newest checkpoint on where there is one; ends with the weights that did best on validation, if asked.</summary>
    public static void Run(
        PolicyObjective objective, Transformer network, ListFactory lists, IReadOnlyList<RolloutPrompt> prompts, GreedyValidation? validation,
        RankGrpoOptions options, ulong seed, TimeProvider clock, Action<TrainingProgress> report, RunCheckpoints? checkpoints = null, Action<string>? tell = null)
    {
        options.Lora?.Adapt(network, seed);
        using var optimization = new Optimization(network.Trained, options.Beta1, options.Beta2, weightDecay: 0, options.GradientClip);
        using var first = options.KlCoefficient > 0 && options.Lora is null ? network.Copy() : null; // the first weights, before a checkpoint's take their place
        var run = new LiveRun(network, optimization, Generator: null);
        var microBatchTokens = MicroBatchPlan.Of(options.MicroBatchTokens, RankGrpoOptions.DefaultMicroBatchTokens, checkpoints, Chosen);
        var saved = checkpoints?.Resume(run);
        var schedule = new Schedule(options.Steps, options.WarmupRatio, options.FinalRateRatio, options.TimeBudget, clock, saved?.Elapsed ?? default) { Kind = options.RateSchedule };
        var sampler = new RolloutSampler(lists, new Catalog.TitleMatcher(lists.Catalog), options, seed) { Objective = objective };
        var passes = new PolicyUpdate(objective, lists, options.KlCoefficient > 0 ? first ?? network : null, options) { MicroBatchTokens = microBatchTokens };
        var loop = new StageLoop
        {
            Stage = objective.Stage,
            Run = run,
            Schedule = schedule,
            LearningRate = ($"{nameof(RankGrpoOptions)}.{nameof(options.LearningRate)}", options.LearningRate),
            Validation = validation is null ? null : new ValidationPlan(validation.Ndcg, options.ValidationInterval, options.Patience),
            Checkpoints = checkpoints,
            Clock = clock,
            Report = report,
            Cancellation = options.CancellationToken,
        };
        loop.Go(saved, Epochs(prompts, options.BatchSize, seed), batch => batch.Select(dialogue => dialogue.Id), (batch, step, watch) =>
        {
            var rollouts = sampler.Sample(network, batch, step.Step - 1);
            watch.RolloutsEnd();
            var (pass, norm) = Update(run, passes, rollouts, options, step.LearningRate);
            watch.UpdateEnds();
            return step with
            {
                Loss = pass.Loss,
                Reward = rollouts.Recall,
                Entropy = rollouts.Entropy,
                GradientNorm = norm,
                Rollouts = RolloutSummary.Of(rollouts, lists.ListLength, objective.IsOfLists),
                Update = pass.Statistics,
                Completions = Completions.AreDue(step.Step, options.CompletionsInterval) ? Completions.Of(rollouts, lists) : [],
            };
        });

        int Chosen()
        {
            var chosen = MicroBatch.Choose(network, prompts.Max(prompt => prompt.Prompt.Length));
            tell?.Invoke(chosen.Told(objective.Stage));
            return chosen.Tokens;
        }
    }

    // μ updates on one batch of rollouts; returns what the last one saw. Nothing is cancelled between them, so that checkpoints stand between steps.
    private static (UpdatePass Pass, double Norm) Update(LiveRun run, PolicyUpdate passes, RolloutBatch rollouts, RankGrpoOptions options, double rate)
    {
        var (pass, norm) = (default(UpdatePass), 0.0);
        for (var update = 0; update < options.UpdatesPerRollout; update++)
        {
            run.Optimization.ZeroGradient();
            pass = passes.Accumulate(run.Network, rollouts);
            norm = run.Optimization.Step(rate);
        }

        return (pass!, norm);
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
