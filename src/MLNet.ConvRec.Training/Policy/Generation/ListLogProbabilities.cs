using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Policy.LogProbabilities;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>How likely the policy finds lists that were sampled before, under the same mask and temperature.</summary>
/// <remarks>
/// The prompt is run once for all lists of its group: P + G·R tokens instead of G·(P + R), with the same gradient. The head is applied only where
/// something was decided; a forced token's log-probability is 0.
/// </remarks>
internal static class ListLogProbabilities
{
    /// <summary>Computes the lists' token log-probabilities.</summary>
    /// <param name="network">The policy; gradients flow into it where the caller has them enabled.</param>
    /// <param name="prompts">Token ids of the prompts.</param>
    /// <param name="lists">The lists of prompt p are p·G .. p·G + G − 1.</param>
    /// <param name="trie">The catalog's lines: the mask.</param>
    /// <param name="temperature">What the sampler divided its logits by; 0 counts as 1.</param>
    /// <param name="isNeeded">Tells for list and token whether its value is needed; values that aren't are left 0.</param>
    /// <returns>Log-probabilities [lists, R], 0 where forced, padded or not needed; in the caller's dispose scope.</returns>
    public static Tensor Of(
        Transformer network, IReadOnlyList<int[]> prompts, IReadOnlyList<SampledList> lists, TokenTrie trie, double temperature, Func<int, int, bool>? isNeeded = null)
    {
        using var scope = NewDisposeScope();
        var hidden = Hidden(network, prompts, lists, scope);                                       // [lists, R, H]: before token t
        return Values(network, hidden, lists, Choices(lists, trie, isNeeded), temperature).MoveToOuterDisposeScope();
    }

    /// <summary>Computes beside the log-probabilities how undecided the policy is.</summary>
    /// <param name="network">The policy; gradients flow into it.</param>
    /// <param name="prompts">Token ids of the prompts.</param>
    /// <param name="lists">The lists of prompt p are p·G .. p·G + G − 1; at least one decision in all.</param>
    /// <param name="trie">The catalog's lines: the mask.</param>
    /// <param name="temperature">What the sampler divided its logits by.</param>
    /// <returns>Log-probabilities [lists, R], and the entropy of what each decision was drawn from, [decisions].</returns>
    public static (Tensor Values, Tensor Entropies) WithEntropies(
        Transformer network, IReadOnlyList<int[]> prompts, IReadOnlyList<SampledList> lists, TokenTrie trie, double temperature)
    {
        using var scope = NewDisposeScope();
        var hidden = Hidden(network, prompts, lists, scope);                                       // [lists, R, H]
        var choices = Choices(lists, trie, isNeeded: null);
        var entropies = TokenEntropies.Of(network, hidden.reshape(-1, hidden.shape[2]), choices, temperature);
        return (Values(network, hidden, lists, choices, temperature).MoveToOuterDisposeScope(), entropies.MoveToOuterDisposeScope());
    }

    private static List<TokenChoice> Choices(IReadOnlyList<SampledList> lists, TokenTrie trie, Func<int, int, bool>? isNeeded)
    {
        var width = lists.Max(list => list.Tokens.Length);
        var choices = new List<TokenChoice>();
        for (var list = 0; list < lists.Count; list++)
        {
            foreach (var decision in lists[list].Decisions)
            {
                if (isNeeded is null || isNeeded(list, decision.Position))
                    choices.Add(Choice(trie, (list * (long)width) + decision.Position, lists[list].Tokens[decision.Position], decision));
            }
        }

        return choices;
    }

    private static Tensor Values(Transformer network, Tensor hidden, IReadOnlyList<SampledList> lists, List<TokenChoice> choices, double temperature)
    {
        using var scope = NewDisposeScope();
        var width = lists.Max(list => list.Tokens.Length);
        var values = zeros([lists.Count * (long)width], device: network.Device);
        if (choices.Count > 0)
        {
            var places = tensor(choices.Select(choice => choice.Row).ToArray(), device: network.Device); // [decisions]
            var chosen = TokenLogProbabilities.Of(network, hidden.reshape(-1, hidden.shape[2]), choices, temperature == 0 ? 1 : temperature);
            values = values.PlusAt(places, chosen);
        }

        return values.view(lists.Count, width).MoveToOuterDisposeScope();
    }

    // The state before each list token: the prompt's last for the first, then those of the list's own tokens.
    private static Tensor Hidden(Transformer network, IReadOnlyList<int[]> prompts, IReadOnlyList<SampledList> lists, DisposeScope step)
    {
        var device = network.Device;
        var group = lists.Count / prompts.Count;
        var promptBatch = TokenBatch.PadRight(prompts, device);
        var recorder = new PrefixRecorder(network.Config.LayerCount, step);
        var promptHidden = network.Hidden(promptBatch.Ids, promptBatch.Positions, recorder);
        var promptOf = tensor(Enumerable.Range(0, lists.Count).Select(list => (long)(list / group)).ToArray(), device: device);
        var first = promptBatch.Last(promptHidden).Rows(promptOf).unsqueeze(1);                                  // [lists, 1, H]

        // The last token of a list predicts nothing.
        var listBatch = TokenBatch.PadRight([.. lists.Select(list => list.Tokens[..Math.Max(0, list.Tokens.Length - 1)])], device);
        var lengths = promptBatch.Lengths.Rows(promptOf).view(-1, 1);                                            // [lists, 1]
        long p = promptBatch.Width, r = listBatch.Width;
        var seesPrompt = HeldScalars.Range(p, device).view(1, 1, 1, p).lt(lengths.view(-1, 1, 1, 1)).expand(-1, 1, r, p);      // [lists, 1, R, P]
        var seesList = ones(r, r, ScalarType.Bool, device).tril().view(1, 1, r, r).expand(lists.Count, 1, r, r);
        var mask = cat([seesPrompt, seesList], 3).repeat(1, 1, network.Config.HeadCount / network.Config.KeyValueHeadCount, 1);
        var context = new PrefixContext(recorder.Recorded, promptOf, mask);
        var rest = network.Hidden(listBatch.Ids, listBatch.Positions.Plus(lengths), context);                                   // [lists, R − 1, H]
        return cat([first, rest], 1);
    }

    // The children's first tokens stand together in the trie, so that nothing is copied and choices at one node are known by their memory.
    internal static TokenChoice Choice(TokenTrie trie, long row, int token, Decision decision)
    {
        if (decision.Kept is { } kept)
            return new TokenChoice(row, token, kept, []);
        if (decision.Node < 0)
            return new TokenChoice(row, token, default, []);
        var (start, end) = (trie.ChildOffset[decision.Node], trie.ChildOffset[decision.Node + 1]);
        return new TokenChoice(row, token, new ArraySegment<int>(trie.FirstToken, start, end - start), decision.Blocked);
    }
}
