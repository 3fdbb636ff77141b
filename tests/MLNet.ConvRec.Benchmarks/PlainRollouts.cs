using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>A list of the plain loop.</summary>
/// <param name="Items">Catalog indices, by rank.</param>
/// <param name="Tokens">The tokens.</param>
/// <param name="LogProbabilities">Each token's log-probability under the mask.</param>
internal sealed record PlainList(List<int> Items, List<int> Tokens, List<float> LogProbabilities);

/// <summary>
/// Lists as a plain TorchSharp loop samples them: every list runs its own prompt, one token a step for all, a mask as wide as the vocabulary, and
/// <c>multinomial</c>. The peer of the generation engine.
/// </summary>
internal static class PlainRollouts
{
    /// <summary>Samples a list for each prompt; or, given lists, tells how likely each of their tokens was.</summary>
    public static PlainList[] Sample(
        Transformer network, IReadOnlyList<int[]> prompts, TokenTrie trie, IReadOnlyList<IReadOnlyList<int>> excluded, int length, Generator generator, IReadOnlyList<int[]>? given = null)
    {
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        var walks = excluded.Select(items => new Walk(trie, items, length)).ToArray();
        var width = prompts.Max(prompt => prompt.Length);
        using var context = new GrowingContext(network.Config.LayerCount);
        var ids = LeftPadded(prompts, width);
        var lengths = prompts.Select(prompt => (long)prompt.Length).ToArray();
        for (var position = 0; ; position++)
        {
            using var step = NewDisposeScope();
            context.Mask = Mask(lengths, width, (int)ids.shape[1], context.Length);
            var hidden = network.Hidden(ids, Positions(lengths, width, (int)ids.shape[1], context.Length), context);
            var logits = network.Logits(hidden.select(1, -1));                                                     // [B, V]
            var allowed = new bool[walks.Length * network.Config.VocabularySize];
            for (var list = 0; list < walks.Length; list++)
                walks[list].Allow(allowed.AsSpan(list * network.Config.VocabularySize, network.Config.VocabularySize));
            using Scalar never = double.NegativeInfinity;
            var masked = logits.masked_fill(tensor(allowed, walks.Length, network.Config.VocabularySize).logical_not(), never);
            var logProbabilities = masked.log_softmax(-1);
            var chosen = given is null
                ? multinomial(logProbabilities.exp(), 1, generator: generator)                                     // [B, 1]
                : tensor(given.Select(list => position < list.Length ? (long)list[position] : 0).ToArray(), given.Count, 1);
            var (tokens, values) = (chosen.data<long>().ToArray(), logProbabilities.gather(1, chosen).data<float>().ToArray());
            for (var list = 0; list < walks.Length; list++)
                walks[list].Take((int)tokens[list], values[list]);
            if (walks.All(walk => walk.IsFinished))
                return [.. walks.Select(walk => walk.List)];
            ids = chosen.MoveToOuterDisposeScope();
        }
    }

    private static Tensor LeftPadded(IReadOnlyList<int[]> prompts, int width)
    {
        var ids = new long[prompts.Count * width];
        for (var row = 0; row < prompts.Count; row++)
        {
            for (var t = 0; t < prompts[row].Length; t++)
                ids[(row * width) + width - prompts[row].Length + t] = prompts[row][t];
        }

        return tensor(ids, prompts.Count, width);
    }

    private static Tensor Positions(long[] lengths, int width, int fresh, int past)
    {
        var positions = new long[lengths.Length * fresh];
        for (var row = 0; row < lengths.Length; row++)
        {
            for (var t = 0; t < fresh; t++)
                positions[(row * fresh) + t] = Math.Max(0, past + t - (width - lengths[row]));
        }

        return tensor(positions, lengths.Length, fresh);
    }

    private static Tensor Mask(long[] lengths, int width, int fresh, int past)
    {
        var total = past + fresh;
        var mask = new bool[lengths.Length * fresh * total];
        for (var row = 0; row < lengths.Length; row++)
        {
            for (var t = 0; t < fresh; t++)
            {
                for (var s = (int)(width - lengths[row]); s <= past + t; s++)
                    mask[(((row * fresh) + t) * total) + s] = true;
            }
        }

        return tensor(mask, lengths.Length, 1, fresh, total);
    }

    // The keys and values so far, joined anew at each step.
    private sealed class GrowingContext(int layers) : IAttentionContext, IDisposable
    {
        private readonly (Tensor Keys, Tensor Values)?[] _past = new (Tensor, Tensor)?[layers];

        /// <summary>bool [B, 1, T, S].</summary>
        public Tensor? Mask { get; set; }

        public int Length => _past[0] is { } first ? (int)first.Keys.shape[2] : 0;

        public Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values)
        {
            var all = _past[layer] is { } past ? (Keys: cat([past.Keys, keys], 2), Values: cat([past.Values, values], 2)) : (Keys: keys.clone(), Values: values.clone());
            _past[layer]?.Keys.Dispose();
            _past[layer]?.Values.Dispose();
            _past[layer] = (all.Keys.DetachFromDisposeScope(), all.Values.DetachFromDisposeScope());
            var group = queries.shape[1] / keys.shape[1];
            return nn.functional.scaled_dot_product_attention(queries, all.Keys.repeat_interleave(group, 1), all.Values.repeat_interleave(group, 1), Mask);
        }

        public void Dispose()
        {
            foreach (var past in _past)
            {
                past?.Keys.Dispose();
                past?.Values.Dispose();
            }
        }
    }

    // Where a list stands in the trie: at a node, or some tokens down an edge.
    private sealed class Walk(TokenTrie trie, IEnumerable<int> excluded, int length)
    {
        private readonly HashSet<int> _taken = [.. excluded.Select(item => trie.ItemToRank[item])];
        private int _node, _edge = -1, _along;

        public PlainList List { get; } = new([], [], []);

        public bool IsFinished => List.Items.Count == length;

        public void Allow(Span<bool> allowed)
        {
            if (IsFinished)
            {
                allowed[0] = true;
                return;
            }

            if (_edge >= 0)
            {
                allowed[trie.Tokens(_edge)[_along]] = true;
                return;
            }

            for (var edge = trie.ChildOffset[_node]; edge < trie.ChildOffset[_node + 1]; edge++)
                allowed[trie.FirstToken[edge]] = IsOpen(edge);
        }

        public void Take(int token, float logProbability)
        {
            if (IsFinished)
                return;
            List.Tokens.Add(token);
            List.LogProbabilities.Add(logProbability);
            if (_edge < 0)
                (_edge, _along) = (Array.BinarySearch(trie.FirstToken, trie.ChildOffset[_node], trie.ChildOffset[_node + 1] - trie.ChildOffset[_node], token), 0);
            if (++_along < trie.Tokens(_edge).Length)
                return;
            (_node, _edge) = (_edge + 1, -1);
            if (!trie.IsLeaf(_node))
                return;
            _taken.Add(trie.Low[_node]);
            List.Items.Add(trie.RankToItem[trie.Low[_node]]);
            _node = 0;
        }

        private bool IsOpen(int edge)
        {
            var (low, high) = (trie.Low[edge + 1], trie.High[edge + 1]);
            return _taken.Count(rank => rank >= low && rank < high) < high - low;
        }
    }
}
