using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>The passes of one update: the loss of a batch of rollouts, and its gradient.</summary>
/// <param name="objective">The algorithm.</param>
/// <param name="factory">The catalog's lists.</param>
/// <param name="reference">The policy from which the trained one may not stray; <see langword="null"/> where β = 0.</param>
/// <param name="options">The trainer's options.</param>
internal sealed class PolicyUpdate(PolicyObjective objective, ListFactory factory, Transformer? reference, RankGrpoOptions options)
{
    /// <summary>Tokens of a micro-batch at most, prompts and padding included; bounds the memory of an update whatever the batch size.</summary>
    public int MicroBatchTokens { get; init; } = 16_384;

    /// <summary>
    /// Adds the gradient of the batch's loss to the network's and returns the loss. Micro-batches hold whole groups and are normalised by the whole batch, so
    /// that how it is cut changes nothing. Groups whose lists all earned the same teach nothing and are left out unless β asks for them; so are the tokens of
    /// the others that have no advantage: their gradient is 0.
    /// </summary>
    public double Accumulate(Transformer network, Rollouts rollouts)
    {
        var terms = new LossTerms(options.ClipLow, options.ClipHigh, options.KlCoefficient, options.Aggregation, factory.ListLength, rollouts.Lists.Length);
        var total = 0.0;
        foreach (var groups in MicroBatches(rollouts))
        {
            using var scope = NewDisposeScope();
            var loss = Loss(network, rollouts, groups, terms);
            if (!double.IsFinite(loss.item<float>()))
                throw new InvalidOperationException($"The {objective.Stage} loss became {loss.item<float>()}; lower RankGrpoOptions.LearningRate ({options.LearningRate}).");
            loss.backward();
            total += loss.item<float>();
        }

        return total;
    }

    private Tensor Loss(Transformer network, Rollouts rollouts, int[] groups, LossTerms terms)
    {
        var size = options.GroupSize;
        SampledList[] lists = [.. groups.SelectMany(group => rollouts.Lists[(group * size)..((group + 1) * size)])];
        int[][] prompts = [.. groups.Select(group => rollouts.Prompts[group].Prompt)];
        double[][] advantages = [.. groups.SelectMany(group => rollouts.Advantages[group])];
        Func<int, int, bool>? isNeeded = reference is null ? IsNeeded : null;

        var current = ListLogProbabilities.Of(network, prompts, lists, factory.Trie, options.Temperature, isNeeded);            // [B, T]
        var tokens = new ListTokens(current, Old(lists, isNeeded, current), Reference(), Ranks(lists, current));
        var columns = advantages[0].Length;
        var weights = tensor(advantages.SelectMany(list => list).Select(a => (float)a).ToArray(), lists.Length, columns, device: current.device); // [B, N] or [B, 1]
        return objective.Loss(tokens, weights, terms);

        bool IsNeeded(int list, int token) =>
            lists[list].Ranks[token] is > 0 and var rank && advantages[list][objective.IsOfLists ? 0 : rank - 1] != 0;

        Tensor? Reference()
        {
            if (reference is null)
                return null;
            using var noGradient = no_grad();
            return ListLogProbabilities.Of(reference, prompts, lists, factory.Trie, options.Temperature);
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

    private IEnumerable<int[]> MicroBatches(Rollouts rollouts)
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
}
