using System.Numerics.Tensors;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>The best-first search for the likeliest first lines of one dialogue's list.</summary>
/// <remarks>An item is never likelier than the nodes on its way: the search ends when no node waits that is likelier than the N-th item found.</remarks>
internal sealed class FirstLineSearch(TokenTrie trie, IEnumerable<int> excluded, int length)
{
    private readonly TakenItems _taken = new(trie, excluded);
    private readonly PriorityQueue<Way, (float Cost, int Node)> _waiting = new();
    private readonly List<(float Score, int Rank)> _found = []; // best first, N at most

    /// <summary>The way of no token, which the search begins with.</summary>
    public Way Root => new(this, 0, 0, null);

    /// <summary>Takes the likeliest waiting ways that may still lead to an item of the list; empty: the search is over.</summary>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<Way> Next(int count)
    {
        var next = new List<Way>();
        while (next.Count < count && _waiting.TryPeek(out var way, out _) && IsPromising(way.Score))
            next.Add(_waiting.Dequeue());
        return next;
    }

    /// <summary>Returns the items found, by rank.</summary>
    public RankedItems ToList() => new([.. _found.Select(item => trie.RankToItem[item.Rank])], [.. _found.Select(item => item.Score)]);

    private bool IsPromising(float score) => length > 0 && (_found.Count < length || score > _found[^1].Score);

    private void Open(Way way, Span<float> logits)
    {
        var (start, end) = (trie.ChildOffset[way.Node], trie.ChildOffset[way.Node + 1]);
        foreach (var edge in _taken.Closed(start, end))
            logits[edge - start] = float.NegativeInfinity;
        if (logits.IsEmpty || float.IsNegativeInfinity(TensorPrimitives.Max<float>(logits)))
            return;
        var all = LogSumExp(logits);
        for (var child = 0; child < logits.Length; child++)
        {
            var score = way.Score + (logits[child] - all);
            if (float.IsNegativeInfinity(logits[child]) || !IsPromising(score))
                continue;
            var node = start + child + 1;
            if (trie.IsLeaf(node))
                Found(score, trie.Low[node]);
            else
                _waiting.Enqueue(new Way(this, node, score, way), (-score, node));
        }
    }

    // Of equals the one with the lower rank first.
    private void Found(float score, int rank)
    {
        var place = _found.FindIndex(item => score > item.Score || (score == item.Score && rank < item.Rank));
        _found.Insert(place < 0 ? _found.Count : place, (score, rank));
        if (_found.Count > length)
            _found.RemoveAt(length);
    }

    private static float LogSumExp(ReadOnlySpan<float> logits)
    {
        var most = TensorPrimitives.Max(logits);
        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - most);
        return most + (float)Math.Log(sum);
    }

    /// <summary>A way from the root to a node.</summary>
    /// <param name="search">The search that it is of.</param>
    /// <param name="node">Where it leads.</param>
    /// <param name="score">The log-probability of its tokens as a list's first.</param>
    /// <param name="before">The way that it goes on from; <see langword="null"/> at the root.</param>
    internal sealed class Way(FirstLineSearch search, int node, float score, Way? before) : INodeChoice
    {
        public int Node => node;

        public float Score => score;

        /// <summary>The tokens from the root on.</summary>
        public int[] Tokens => before is null ? [] : [.. before.Tokens, .. search.TokensTo(node)];

        public void Choose(Span<float> logits) => search.Open(this, logits);
    }

    private int[] TokensTo(int node) => trie.Tokens(node - 1).ToArray();
}
