using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Stage 2: the policy is reinforced, a rank being the unit of action (paper, algorithm 1).</summary>
internal static class RankGrpoLoop
{
    // Tokens of a micro-batch at most, prompts and padding included; bounds the memory of an update whatever the batch size.
    private const int MicroBatchTokens = 16_384;

    /// <summary>Trains the network in place, from the newest checkpoint on where there is one; ends with the weights that did best on validation, if asked.</summary>
    public static void Run(
        Transformer network, ListFactory lists, IReadOnlyList<RolloutPrompt> prompts, GreedyValidation? validation, RankGrpoOptions options, ulong seed,
        TimeProvider clock, Action<TrainingProgress> report, RunCheckpoints? checkpoints = null)
    {
        using var optimization = new Optimization(network, options.Beta1, options.Beta2, weightDecay: 0, options.GradientClip);
        using var reference = options.KlCoefficient > 0 ? network.Copy() : null; // of the first weights, before a checkpoint's take their place
        var run = new LiveRun(network, optimization, Generator: null);
        var saved = checkpoints?.Resume(run);
        var schedule = new Schedule(options.Steps, options.WarmupRatio, options.FinalRateRatio, options.TimeBudget, clock, saved?.Elapsed ?? default);
        var sampler = new RolloutSampler(lists, new Catalog.TitleMatcher(lists.Catalog), options, seed);
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
                var (loss, norm) = Update(run, reference, lists, rollouts, options, rate);
                done++;
                var isLook = done % options.ValidationInterval == 0 || done == options.Steps || schedule.Fraction(done) >= 1;
                var ndcg = isLook ? best?.Look(network, options.CancellationToken) : null;
                report(Progress(schedule, done, best) with { Loss = loss, Reward = rollouts.Recall, ValidationNdcg = ndcg, GradientNorm = norm, LearningRate = rate });
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
    private static (double Loss, double Norm) Update(LiveRun run, Transformer? reference, ListFactory lists, Rollouts rollouts, RankGrpoOptions options, double rate)
    {
        var (loss, norm) = (0.0, 0.0);
        for (var update = 0; update < options.UpdatesPerRollout; update++)
        {
            run.Optimization.ZeroGradient();
            loss = Accumulate(run.Network, reference, lists, rollouts, options);
            norm = run.Optimization.Step(rate);
        }

        return (loss, norm);
    }

    private static TrainingProgress Progress(Schedule schedule, int done, BestWeights? best) => new()
    {
        Stage = "rank-grpo",
        Step = done,
        Steps = schedule.Steps,
        Fraction = schedule.Fraction(done),
        Elapsed = schedule.Elapsed,
        Loss = default,
        ValidationNdcgAtStart = best?.State.Start,
    };

    // Forward and backward over micro-batches of whole groups, normalised by the whole batch. Groups whose lists all earned the same teach nothing
    // and are left out unless β asks for them; so are the ranks of the others that have no advantage: their gradient is 0.
    private static double Accumulate(Transformer network, Transformer? reference, ListFactory lists, Rollouts rollouts, RankGrpoOptions options)
    {
        var terms = new LossTerms(options.ClipLow, options.ClipHigh, options.KlCoefficient, options.Aggregation, lists.ListLength, rollouts.Lists.Length);
        var total = 0.0;
        foreach (var groups in MicroBatches(rollouts, options))
        {
            using var scope = NewDisposeScope();
            var loss = Loss(network, reference, lists.Trie, rollouts, groups, options, terms);
            if (!double.IsFinite(loss.item<float>()))
                throw new InvalidOperationException($"The rank-grpo loss became {loss.item<float>()}; lower RankGrpoOptions.LearningRate ({options.LearningRate}).");
            loss.backward();
            total += loss.item<float>();
        }

        return total;
    }

    private static Tensor Loss(Transformer network, Transformer? reference, Catalog.TokenTrie trie, Rollouts rollouts, int[] groups, RankGrpoOptions options, LossTerms terms)
    {
        var size = options.GroupSize;
        SampledList[] lists = [.. groups.SelectMany(group => rollouts.Lists[(group * size)..((group + 1) * size)])];
        int[][] prompts = [.. groups.Select(group => rollouts.Prompts[group].Prompt)];
        double[][] advantages = [.. groups.SelectMany(group => rollouts.Advantages[group])];
        Func<int, int, bool>? isNeeded = reference is null ? (list, token) => lists[list].Ranks[token] is > 0 and var rank && advantages[list][rank - 1] != 0 : null;

        var current = ListLogProbabilities.Of(network, prompts, lists, trie, options.Temperature, isNeeded);                    // [B, T]
        var tokens = new ListTokens(current, Old(lists, isNeeded, current), Reference(), Ranks(lists, current));
        var weights = tensor(advantages.SelectMany(list => list).Select(a => (float)a).ToArray(), lists.Length, terms.RankCount, device: current.device); // [B, N]
        return RankGrpoLoss.Of(tokens, weights, terms);

        Tensor? Reference()
        {
            if (reference is null)
                return null;
            using var noGradient = no_grad();
            return ListLogProbabilities.Of(reference, prompts, lists, trie, options.Temperature);
        }
    }

    // What the sampler recorded, 0 where the current value is left 0 too, so that such a token's ratio is 1.
    private static Tensor Old(SampledList[] lists, Func<int, int, bool>? isNeeded, Tensor like)
    {
        var width = (int)like.shape[1];
        var old = new float[lists.Length * width];
        for (var list = 0; list < lists.Length; list++)
        {
            for (var t = 0; t < lists[list].Tokens.Length; t++)
                old[list * width + t] = isNeeded is null || isNeeded(list, t) ? lists[list].LogProbabilities[t] : 0;
        }

        return tensor(old, lists.Length, width, device: like.device);
    }

    private static Tensor Ranks(SampledList[] lists, Tensor like)
    {
        var width = (int)like.shape[1];
        var ranks = new long[lists.Length * width];
        for (var list = 0; list < lists.Length; list++)
        {
            for (var t = 0; t < lists[list].Ranks.Length; t++)
                ranks[list * width + t] = lists[list].Ranks[t];
        }

        return tensor(ranks, lists.Length, width, device: like.device);
    }

    private static IEnumerable<int[]> MicroBatches(Rollouts rollouts, RankGrpoOptions options)
    {
        var size = options.GroupSize;
        var teaching = Enumerable.Range(0, rollouts.Prompts.Count)
            .Where(group => options.KlCoefficient > 0 || rollouts.Advantages[group].Any(list => Array.Exists(list, a => a != 0)))
            .OrderBy(group => rollouts.Prompts[group].Prompt.Length).ThenBy(group => group).ToArray();
        for (int start = 0, end; start < teaching.Length; start = end)
        {
            end = start + 1;
            while (end < teaching.Length && Tokens(teaching[start..(end + 1)]) <= MicroBatchTokens)
                end++;
            yield return teaching[start..end];
        }

        int Tokens(int[] groups) => groups.Length * (groups.Max(group => rollouts.Prompts[group].Prompt.Length)
            + size * groups.Max(group => rollouts.Lists[(group * size)..((group + 1) * size)].Max(list => list.Tokens.Length)));
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
