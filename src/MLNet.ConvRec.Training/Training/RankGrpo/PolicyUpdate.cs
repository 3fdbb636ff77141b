using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>The passes of one update: the loss of a batch of rollouts, and its gradient.</summary>
/// <param name="objective">The algorithm.</param>
/// <param name="factory">The catalog's lists.</param>
/// <param name="reference">The policy from which the trained one may not stray, its adapters off where it has any; <see langword="null"/> where β = 0.</param>
/// <param name="options">The trainer's options.</param>
internal sealed class PolicyUpdate(PolicyObjective objective, ListFactory factory, Transformer? reference, RankGrpoOptions options)
{
    private readonly IRolloutSource _source = IRolloutSource.Of(factory, options);

    // β and the entropy look at every token that was chosen among several, whatever it earned.
    private readonly bool _needsAll = reference is not null || options.EntropyCoefficient > 0;

    /// <summary>Tokens of a micro-batch at most, prompts and padding included; bounds the memory of an update whatever the batch size.</summary>
    public int MicroBatchTokens { get; init; } = RankGrpoOptions.DefaultMicroBatchTokens;

    /// <summary>
    /// Adds the gradient of the batch's loss to the network's and returns the loss with what it saw. Micro-batches hold whole groups and are normalised by the whole batch, so
    /// that how it is cut changes nothing. Groups whose lists all earned the same teach nothing and are left out unless β or the entropy asks for them; so are
    /// the tokens of the others that have no advantage: their gradient is 0.
    /// </summary>
    /// <exception cref="NotFiniteException">A micro-batch's loss is no number.</exception>
    public UpdatePass Accumulate(Transformer network, RolloutBatch rollouts)
    {
        var terms = new LossTerms(
            options.ClipLow, options.ClipHigh, options.KlCoefficient, objective.IsOfLists ? LossAggregation.TokenMean : options.Aggregation, factory.ListLength, rollouts.Lists.Length)
        {
            RatioBound = options.RatioBound,
        };
        var all = Groups(rollouts);
        var decisions = all.Sum(group => group.Lists.Sum(list => list.List.Decisions.Count));
        var (total, sums) = (0.0, default(UpdateSums));
        foreach (var groups in MicroBatches(all))
        {
            using var scope = NewDisposeScope();
            var (loss, seen) = Loss(network, [.. groups.Select(group => group.Dialogue)], [.. groups.SelectMany(group => group.Lists)], terms, decisions);
            var value = HostTransfer.Number(loss, HostPlace.Loss);
            NotFiniteException.ThrowIfNotFinite("loss", value, () => [.. groups.Select(group => group.Dialogue.Id)]);
            loss.backward();
            (total, sums) = (total + value, sums + seen);
        }

        return new UpdatePass(total, sums.Shares(reference is not null));
    }

    private (Tensor Loss, UpdateSums Seen) Loss(Transformer network, RolloutPrompt[] prompts, TaughtList[] lists, LossTerms terms, int decisions)
    {
        SampledList[] sampled = Array.ConvertAll(lists, list => list.List);
        var (current, entropies) = Current();                                                                                   // [B, T], [decisions]

        // What the sampler recorded, 0 where the current value is left 0 too, so that such a token's ratio is 1.
        var old = TaughtList.Padded(lists, current, (list, t) => _needsAll || list.Teaches(t) ? list.List.LogProbabilities[t] : 0);
        var tokens = new ListTokens(current, old, Reference(), TaughtList.Padded(lists, current, (list, t) => list.List.Ranks[t]).to(ScalarType.Int64));
        float[] advantages = [.. lists.SelectMany(list => list.Advantages).Select(advantage => (float)advantage)];
        var ofUnits = tensor(advantages, lists.Length, advantages.Length / lists.Length, device: current.device);               // [B, N] or [B, 1]
        var loss = objective.Loss(tokens, ofUnits, terms);
        var seen = UpdateSums.Of(objective.Ratios, tokens, ofUnits, terms);
        if (options.LengthShaping is not null)
            loss = loss.Plus(LengthShapingLoss.Of(tokens, TaughtList.Padded(lists, current, (list, t) => list.Shaping![t]), terms));
        if (entropies is null)
            return (loss, seen);
        using Scalar share = options.EntropyCoefficient / decisions;
        return (loss - (entropies.sum() * share), seen);

        (Tensor Values, Tensor? Entropies) Current()
        {
            if (options.EntropyCoefficient > 0)
                return ListLogProbabilities.WithEntropies(network, Array.ConvertAll(prompts, prompt => prompt.Prompt), sampled, factory.Trie, options.Temperature);
            Func<int, int, bool>? isNeeded = _needsAll ? null : (list, token) => lists[list].Teaches(token);
            return (_source.LogProbabilities(network, prompts, sampled, isNeeded), null);
        }

        Tensor? Reference()
        {
            if (reference is null)
                return null;
            using var noGradient = no_grad();
            using var asBase = reference.Adapters?.Off();
            return _source.LogProbabilities(reference, prompts, sampled, isNeeded: null);
        }
    }

    private (RolloutPrompt Dialogue, TaughtList[] Lists)[] Groups(RolloutBatch rollouts)
    {
        var size = options.GroupSize;
        return [.. rollouts.Prompts.Select((prompt, group) => (prompt, rollouts.Lists[(group * size)..((group + 1) * size)]
            .Select((list, sample) => TaughtList.Of(list, rollouts.Advantages[group][sample], factory.ListLength, options)).ToArray()))];
    }

    private IEnumerable<(RolloutPrompt Dialogue, TaughtList[] Lists)[]> MicroBatches((RolloutPrompt Dialogue, TaughtList[] Lists)[] groups)
    {
        // The order of equals is that of the batch.
        var teaching = groups.Where(group => Array.Exists(group.Lists, list => _needsAll ? list.List.Decisions.Count > 0 : list.IsTaught))
            .OrderBy(group => group.Dialogue.Prompt.Length).ToArray();
        for (int start = 0, end; start < teaching.Length; start = end)
        {
            end = start + 1;
            while (end < teaching.Length && Tokens(teaching[start..(end + 1)]) <= MicroBatchTokens)
                end++;
            yield return teaching[start..end];
        }

        static int Tokens((RolloutPrompt Dialogue, TaughtList[] Lists)[] part) =>
            part.Length * (part.Max(group => group.Dialogue.Prompt.Length) + part[0].Lists.Length * part.Max(group => group.Lists.Max(list => list.List.Tokens.Length)));
    }
}
