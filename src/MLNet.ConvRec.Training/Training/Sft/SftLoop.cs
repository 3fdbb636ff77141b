using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.LogProbabilities;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>Stage 1: the policy imitates the demonstrations.</summary>
internal static class SftLoop
{
    /// <summary>What its progress is reported as.</summary>
    public const string Stage = "sft";

    /// <summary>Trains the network in place, from the newest checkpoint on where there is one; ends with the weights that did best on validation, if asked.</summary>
    public static void Run(
        Transformer network, IReadOnlyList<SftExample> examples, SftOptions options, ulong seed, TimeProvider clock, Action<TrainingProgress> report,
        RunCheckpoints? checkpoints = null, DemonstrationValidation? validation = null, Action<string>? tell = null)
    {
        options.Lora?.Adapt(network, seed);
        using var optimization = new Optimization(network.Trained, options.Beta1, options.Beta2, options.WeightDecay, options.GradientClip);
        using var generator = new Generator(seed, network.Device);
        var run = new LiveRun(network, optimization, generator);
        var microBatchTokens = MicroBatchPlan.Of(options.MicroBatchTokens, SftOptions.DefaultMicroBatchTokens, checkpoints, Chosen);
        var saved = checkpoints?.Resume(run);
        var batchesPerEpoch = (examples.Count + options.BatchSize - 1) / options.BatchSize;
        var steps = (int)Math.Min(options.MaxSteps ?? int.MaxValue, (long)options.Epochs * batchesPerEpoch);
        var schedule = new Schedule(steps, options.WarmupRatio, options.FinalRateRatio, options.TimeBudget, clock, saved?.Elapsed ?? default) { Kind = options.RateSchedule };
        var loop = new StageLoop
        {
            Stage = Stage,
            Run = run,
            Schedule = schedule,
            LearningRate = ($"{nameof(SftOptions)}.{nameof(options.LearningRate)}", options.LearningRate),
            Validation = validation is null ? null : new ValidationPlan(validation.Loss, options.ValidationInterval, options.Patience) { IsLoss = true, IsBestKept = options.IsBestKept },
            Checkpoints = checkpoints,
            Clock = clock,
            Report = report,
            Cancellation = options.CancellationToken,
        };
        loop.Go(saved, Epochs(examples, options.BatchSize, seed), batch => batch.Select(example => example.DialogueId), (batch, step, watch) =>
        {
            run.Optimization.ZeroGradient();
            var loss = Accumulate(network, batch, Dropout(options.Dropout, generator), microBatchTokens);
            var norm = run.Optimization.Step(step.LearningRate);
            watch.UpdateEnds();
            return step with { Loss = loss, GradientNorm = norm };
        });

        int Chosen()
        {
            var chosen = MicroBatch.Choose(network, examples.Max(example => example.Length));
            tell?.Invoke(chosen.Told(Stage));
            return chosen.Tokens;
        }
    }

    /// <summary>Forward and backward over micro-batches; the loss is normalised by the whole batch, so that how it is cut changes nothing.</summary>
    /// <exception cref="NotFiniteException">A micro-batch's loss is no number.</exception>
    internal static double Accumulate(Transformer network, SftExample[] batch, Func<Tensor, Tensor>? dropout, int microBatchTokens)
    {
        var weight = batch.Sum(example => example.Weight);
        var total = 0.0;
        foreach (var part in MicroBatches(batch, microBatchTokens))
        {
            using var scope = NewDisposeScope();
            var loss = SftLoss.Of(LogProbabilities(network, part, dropout), weight);
            var value = HostTransfer.Number(loss, HostPlace.Loss);
            NotFiniteException.ThrowIfNotFinite("loss", value, () => [.. part.Select(example => example.DialogueId)]);
            loss.backward();
            total += value;
        }

        return total;
    }

    // Of each list token, [tokens], or of each choice of a tree, [choices]: the head sees nothing else.
    internal static Tensor LogProbabilities(Transformer network, SftExample[] part, Func<Tensor, Tensor>? dropout) =>
        part[0].Tree is null ? OfLists(network, part, dropout) : LineTreeLikelihood.Of(network, part, dropout);

    private static Tensor OfLists(Transformer network, SftExample[] part, Func<Tensor, Tensor>? dropout)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.PadRight([.. part.Select(example => (int[])[.. example.Prompt, .. example.List[..^1]])], network.Device);
        var hidden = network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance, dropout); // [B, T, H]
        TokenChoice[] choices = [.. part.SelectMany((example, row) =>
            example.List.Select((token, t) => new TokenChoice((row * batch.Width) + example.Prompt.Length - 1 + t, token, default, [])))];
        return TokenLogProbabilities.Of(network, hidden.reshape(-1, hidden.shape[2]), choices, temperature: 1).MoveToOuterDisposeScope();
    }

    internal static IEnumerable<SftExample[]> MicroBatches(SftExample[] batch, int microBatchTokens)
    {
        var sorted = batch.OrderBy(example => example.Length).ToArray();
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && sorted[end].Length * (end + 1 - start) <= microBatchTokens)
                end++;
            yield return sorted[start..end];
        }
    }

    // Endless epochs of shuffled batches; examples of like length stand together, which saves padding.
    private static IEnumerable<SftExample[]> Epochs(IReadOnlyList<SftExample> examples, int batchSize, ulong seed)
    {
        const int PooledBatches = 16;
        for (var epoch = 0UL; ; epoch++)
        {
            var order = Shuffle.Order(examples.Count, seed, epoch);
            var batches = order.Chunk(batchSize * PooledBatches)
                .SelectMany(pool => pool.OrderBy(index => examples[index].Length).ThenBy(index => index).Chunk(batchSize))
                .ToArray();
            foreach (var batch in Shuffle.Order(batches.Length, seed, epoch + (1UL << 32)))
                yield return [.. batches[batch].Select(index => examples[index])];
        }
    }

    private static Func<Tensor, Tensor>? Dropout(double probability, Generator generator) => probability == 0
        ? null
        : x => x.mul(rand(x.shape, device: x.device, generator: generator).ge(HeldScalars.Of(probability)).to(x.dtype).div(HeldScalars.Of(1 - probability)));
}
