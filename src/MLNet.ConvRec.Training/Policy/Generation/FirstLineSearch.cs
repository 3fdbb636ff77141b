using System.Numerics.Tensors;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>The best-first search for the likeliest first lines of one dialogue's list, or for a sample of them without replacement.</summary>
/// <remarks>
/// An item is never likelier than the nodes on its way: the search ends when no node waits that is likelier than the N-th item found. With noise the same
/// holds of what each way draws (<see cref="GumbelNoise"/>), by which they are then ordered.
/// </remarks>
/// <param name="trie">The catalog's lines.</param>
/// <param name="excluded">Item indices that may not be listed.</param>
/// <param name="length">N.</param>
internal sealed class FirstLineSearch(TokenTrie trie, IEnumerable<int> excluded, int length)
{
    private readonly TakenItems _taken = new(trie, excluded);
    private readonly PriorityQueue<Way, (double Cost, int Node)> _waiting = new();
    private readonly List<(double Order, float Score, int Rank)> _found = []; // best first, N at most

    /// <summary>What ways draw; <see langword="null"/>, the default: nothing, the likeliest are found.</summary>
    public GumbelNoise? Noise { get; init; }

    /// <summary>The way of no token, which the search begins with.</summary>
    public Way Root => new(this, 0, 0, 0, null);

    /// <summary>Takes the likeliest waiting ways that may still lead to an item of the list; empty: the search is over.</summary>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<Way> Next(int count)
    {
        var next = new List<Way>();
        while (next.Count < count && _waiting.TryPeek(out var way, out _) && IsPromising(way.Order))
            next.Add(_waiting.Dequeue());
        return next;
    }

    /// <summary>Returns the items found, by rank, each with the log-probability of its line as a list's first.</summary>
    public RankedItems ToList() => new([.. _found.Select(item => trie.RankToItem[item.Rank])], [.. _found.Select(item => item.Score)]);

    private bool IsPromising(double order) => length > 0 && (_found.Count < length || order > _found[^1].Order);

    private void Open(Way way, Span<float> logits)
    {
        var (start, end) = (trie.ChildOffset[way.Node], trie.ChildOffset[way.Node + 1]);
        foreach (var edge in _taken.Closed(start, end))
            logits[edge - start] = float.NegativeInfinity;
        if (logits.IsEmpty || float.IsNegativeInfinity(TensorPrimitives.Max<float>(logits)))
            return;
        if (Noise is { Temperature: not 1 and var temperature })
            TensorPrimitives.Multiply(logits, (float)(1 / temperature), logits);
        TensorPrimitives.Subtract(logits, LogSumExp(logits), logits);
        TensorPrimitives.Add(logits, way.Score, logits); // of each child's way as a list's first tokens
        var orders = Noise?.Draw(logits, start, way.Node == 0 ? null : way.Order);
        for (var child = 0; child < logits.Length; child++)
        {
            var (score, order) = (logits[child], orders?[child] ?? logits[child]);
            if (float.IsNegativeInfinity(score) || !IsPromising(order))
                continue;
            var node = start + child + 1;
            if (trie.IsLeaf(node))
                Found(order, score, trie.Low[node]);
            else
                _waiting.Enqueue(new Way(this, node, score, order, way), (-order, node));
        }
    }

    // Of equals the one with the lower rank first.
    private void Found(double order, float score, int rank)
    {
        var place = _found.FindIndex(item => order > item.Order || (order == item.Order && rank < item.Rank));
        _found.Insert(place < 0 ? _found.Count : place, (order, score, rank));
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
    /// <param name="order">What it is ordered by: the same, or what it drew.</param>
    /// <param name="before">The way that it goes on from; <see langword="null"/> at the root.</param>
    internal sealed class Way(FirstLineSearch search, int node, float score, double order, Way? before) : INodeChoice
    {
        public int Node => node;

        public float Score => score;

        public double Order => order;

        /// <summary>The tokens from the root on.</summary>
        public int[] Tokens => before is null ? [] : [.. before.Tokens, .. search.TokensTo(node)];

        public void Choose(Span<float> logits) => search.Open(this, logits);
    }

    private int[] TokensTo(int node) => trie.Tokens(node - 1).ToArray();
}
