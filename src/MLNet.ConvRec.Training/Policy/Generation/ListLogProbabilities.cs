using MLNet.ConvRec.Catalog;
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
        var width = lists.Max(list => list.Tokens.Length);
        var hidden = Hidden(network, prompts, lists, scope);                                       // [lists, R, H]: before token t
        var decided = new List<(int List, Decision Decision)>();
        for (var list = 0; list < lists.Count; list++)
        {
            foreach (var decision in lists[list].Decisions)
            {
                if (isNeeded is null || isNeeded(list, decision.Position))
                    decided.Add((list, decision));
            }
        }

        var values = zeros([lists.Count * (long)width], device: network.Device);
        if (decided.Count > 0)
        {
            var places = tensor(decided.Select(d => d.List * (long)width + d.Decision.Position).ToArray(), device: network.Device); // [decisions]
            var logits = network.Logits(hidden.reshape(-1, hidden.shape[2]).index_select(0, places));                              // [decisions, V]
            if (temperature is not (0 or 1))
                logits = logits.div(HeldScalars.Of(temperature));
            if (Forbidden(decided, trie, network.Config.VocabularySize, network.Device) is { } forbidden)
                logits = logits.masked_fill(forbidden, HeldScalars.Of(double.NegativeInfinity));
            var tokens = tensor(decided.Select(d => (long)lists[d.List].Tokens[d.Decision.Position]).ToArray(), device: network.Device);
            var chosen = logits.gather(1, tokens.unsqueeze(1)).squeeze(1) - logits.logsumexp(1);                                   // [decisions]
            values = values.index_add(0, places, chosen, HeldScalars.One);
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
        var first = promptBatch.Last(promptHidden).index_select(0, promptOf).unsqueeze(1);                                  // [lists, 1, H]

        // The last token of a list predicts nothing.
        var listBatch = TokenBatch.PadRight([.. lists.Select(list => list.Tokens[..Math.Max(0, list.Tokens.Length - 1)])], device);
        var lengths = promptBatch.Lengths.index_select(0, promptOf).view(-1, 1);                                            // [lists, 1]
        long p = promptBatch.Width, r = listBatch.Width;
        var seesPrompt = HeldScalars.Range(p, device).view(1, 1, 1, p).lt(lengths.view(-1, 1, 1, 1)).expand(-1, 1, r, p);      // [lists, 1, R, P]
        var seesList = ones(r, r, ScalarType.Bool, device).tril().view(1, 1, r, r).expand(lists.Count, 1, r, r);
        var mask = cat([seesPrompt, seesList], 3).repeat(1, 1, network.Config.HeadCount / network.Config.KeyValueHeadCount, 1);
        var context = new PrefixContext(recorder.Recorded, promptOf, mask);
        var rest = network.Hidden(listBatch.Ids, listBatch.Positions.add(lengths, HeldScalars.One), context);                                   // [lists, R − 1, H]
        return cat([first, rest], 1);
    }

    // True where the mask of the sampler forbade a token; null if no decision was masked.
    private static Tensor? Forbidden(List<(int List, Decision Decision)> decided, TokenTrie trie, int vocabularySize, Device device)
    {
        if (decided.TrueForAll(d => d.Decision is { Node: < 0, Kept: null }))
            return null;
        var forbidden = new bool[decided.Count * (long)vocabularySize];
        for (var row = 0; row < decided.Count; row++)
        {
            var (node, blocked, kept) = (decided[row].Decision.Node, decided[row].Decision.Blocked, decided[row].Decision.Kept);
            if (node < 0 && kept is null)
                continue;
            var allowed = forbidden.AsSpan(row * vocabularySize, vocabularySize);
            allowed.Fill(true);
            foreach (var token in kept ?? [])
                allowed[token] = false;
            if (kept is not null)
                continue;
            for (var edge = trie.ChildOffset[node]; edge < trie.ChildOffset[node + 1]; edge++)
                allowed[trie.FirstToken[edge]] = false;
            foreach (var token in blocked)
                allowed[token] = true;
        }

        return tensor(forbidden, decided.Count, vocabularySize, device: device);
    }
}
