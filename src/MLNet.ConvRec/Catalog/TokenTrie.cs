namespace MLNet.ConvRec.Catalog;

/// <summary>The catalog as a path-compressed trie over token ids: which tokens may follow while a line is being written.</summary>
/// <remarks>
/// Nodes are numbered breadth first so that edge e leads to node e + 1. An edge carries one or more tokens; all but the first are forced.
/// Items are ranked in depth-first order, so that the items below a node are the ranks [<see cref="Low"/>, <see cref="High"/>).
/// Every path ends with a terminator token (the line break), so that a title that is the beginning of another has a path of its own.
/// The arrays are what the ONNX graph holds as initializers (see Export). Immutable; safe for use from several threads.
/// </remarks>
internal sealed class TokenTrie
{
    private TokenTrie(Growth grown, int[] sorted)
    {
        ChildOffset = [.. grown.ChildOffset];
        FirstToken = [.. grown.FirstToken];
        EdgeOffset = [.. grown.EdgeOffset];
        EdgeTokens = [.. grown.EdgeTokens];
        Low = [.. grown.Nodes.Select(node => node.Low)];
        High = [.. grown.Nodes.Select(node => node.High)];
        MaxDepth = grown.Nodes.Max(node => node.DepthInEdges);
        MaxEdgeLength = grown.MaxEdgeLength;
        RankToItem = sorted;
        ItemToRank = new int[sorted.Length];
        for (var rank = 0; rank < sorted.Length; rank++)
            ItemToRank[sorted[rank]] = rank;
    }

    /// <summary>The edges that leave node n are [ChildOffset[n], ChildOffset[n + 1]); none at a leaf. Length: nodes + 1.</summary>
    public int[] ChildOffset { get; }

    /// <summary>The first token of each edge; strictly ascending within a node. Length: edges.</summary>
    public int[] FirstToken { get; }

    /// <summary>The tokens of edge e are EdgeTokens[EdgeOffset[e] .. EdgeOffset[e + 1]]. Length: edges + 1.</summary>
    public int[] EdgeOffset { get; }

    /// <summary>The tokens of all edges.</summary>
    public int[] EdgeTokens { get; }

    /// <summary>The lowest item rank below each node. Length: nodes.</summary>
    public int[] Low { get; }

    /// <summary>One past the highest item rank below each node. Length: nodes.</summary>
    public int[] High { get; }

    /// <summary>Item index by depth-first rank. Length: items.</summary>
    public int[] RankToItem { get; }

    /// <summary>Depth-first rank by item index. Length: items.</summary>
    public int[] ItemToRank { get; }

    /// <summary>The most edges on any path.</summary>
    public int MaxDepth { get; }

    /// <summary>The most tokens on any edge.</summary>
    public int MaxEdgeLength { get; }

    /// <summary>The number of nodes; node 0 is the root.</summary>
    public int NodeCount => Low.Length;

    /// <summary>The number of items.</summary>
    public int ItemCount => RankToItem.Length;

    /// <summary>Tells whether a line ends at this node.</summary>
    public bool IsLeaf(int node) => ChildOffset[node] == ChildOffset[node + 1];

    /// <summary>Returns the edge that leads from a node towards the item of a rank below it.</summary>
    public int EdgeTowards(int rank, int node)
    {
        // Children cover ascending ranges of ranks: the last one that begins at or before the rank.
        var (start, end) = (ChildOffset[node], ChildOffset[node + 1]);
        var found = Low.AsSpan(start + 1, end - start).BinarySearch(rank);
        return start + (found >= 0 ? found : ~found - 1);
    }

    /// <summary>Returns the edges from the root to the leaf of an item, in order.</summary>
    public IEnumerable<int> WayTo(int item)
    {
        for (var node = 0; !IsLeaf(node);)
        {
            var edge = EdgeTowards(ItemToRank[item], node);
            yield return edge;
            node = edge + 1;
        }
    }

    /// <summary>Returns the tokens of an edge.</summary>
    public ReadOnlySpan<int> Tokens(int edge) => EdgeTokens.AsSpan(EdgeOffset[edge], EdgeOffset[edge + 1] - EdgeOffset[edge]);

    /// <summary>Builds the trie.</summary>
    /// <param name="lines">
    /// The tokens of each item's line with its terminator, by item index; no two equal, none the beginning of another.
    /// </param>
    /// <exception cref="ArgumentException">Two items have the same tokens, or one's are the beginning of another's.</exception>
    public static TokenTrie Build(IReadOnlyList<int[]> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var sorted = Enumerable.Range(0, lines.Count).ToArray();
        Array.Sort(sorted, (a, b) => lines[a].AsSpan().SequenceCompareTo(lines[b]));
        for (var rank = 0; rank < sorted.Length; rank++)
        {
            if (lines[sorted[rank]].Length == 0)
                throw new ArgumentException($"Item {sorted[rank]} has no tokens; every line must end with the terminator.", nameof(lines));
            if (rank > 0 && lines[sorted[rank]].AsSpan().StartsWith(lines[sorted[rank - 1]]))
            {
                throw new ArgumentException(
                    $"Items {sorted[rank - 1]} and {sorted[rank]} can't be told apart by their tokens; "
                    + "every line must end with the terminator and be written differently.",
                    nameof(lines));
            }
        }

        return new TokenTrie(new Growth(lines, sorted), sorted);
    }

    // Breadth first: a node is a range of the sorted lines that share their first tokens; each edge appended goes with the node appended.
    private sealed class Growth
    {
        public Growth(IReadOnlyList<int[]> lines, int[] sorted)
        {
            Nodes.Add(new Node(0, sorted.Length, 0, 0));
            for (var node = 0; node < Nodes.Count; node++)
            {
                ChildOffset.Add(FirstToken.Count);
                for (var start = Nodes[node].Low; start < Nodes[node].High && lines[sorted[start]].Length > Nodes[node].DepthInTokens;)
                    start = AddChild(lines, sorted, Nodes[node], start);
            }

            ChildOffset.Add(FirstToken.Count);
        }

        public List<int> ChildOffset { get; } = [];

        public List<int> FirstToken { get; } = [];

        public List<int> EdgeOffset { get; } = [0];

        public List<int> EdgeTokens { get; } = [];

        public List<Node> Nodes { get; } = [];

        public int MaxEdgeLength { get; private set; }

        // Adds the child whose lines begin at `start`; returns where the next child's begin.
        private int AddChild(IReadOnlyList<int[]> lines, int[] sorted, Node parent, int start)
        {
            var depth = parent.DepthInTokens;
            var first = lines[sorted[start]];
            var end = start + 1;
            while (end < parent.High && lines[sorted[end]][depth] == first[depth])
                end++;

            // The lines are sorted, so what the first and the last share, all share.
            var shared = first.AsSpan(depth).CommonPrefixLength(lines[sorted[end - 1]].AsSpan(depth));
            FirstToken.Add(first[depth]);
            EdgeTokens.AddRange(first.AsSpan(depth, shared));
            EdgeOffset.Add(EdgeTokens.Count);
            MaxEdgeLength = Math.Max(MaxEdgeLength, shared);
            Nodes.Add(new Node(start, end, depth + shared, parent.DepthInEdges + 1));
            return end;
        }
    }

    private readonly record struct Node(int Low, int High, int DepthInTokens, int DepthInEdges);
}
