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
    private TokenTrie(int[] childOffset, int[] firstToken, int[] edgeOffset, int[] edgeTokens, int[] low, int[] high, int[] rankToItem, int maxDepth, int maxEdge)
    {
        ChildOffset = childOffset;
        FirstToken = firstToken;
        EdgeOffset = edgeOffset;
        EdgeTokens = edgeTokens;
        Low = low;
        High = high;
        RankToItem = rankToItem;
        MaxDepth = maxDepth;
        MaxEdgeLength = maxEdge;
        ItemToRank = new int[rankToItem.Length];
        for (var rank = 0; rank < rankToItem.Length; rank++)
            ItemToRank[rankToItem[rank]] = rank;
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

    /// <summary>Returns the tokens of an edge.</summary>
    public ReadOnlySpan<int> Tokens(int edge) => EdgeTokens.AsSpan(EdgeOffset[edge], EdgeOffset[edge + 1] - EdgeOffset[edge]);

    /// <summary>Builds the trie.</summary>
    /// <param name="lines">The tokens of each item's line with its terminator, by item index; no two equal, none the beginning of another.</param>
    /// <exception cref="ArgumentException">Two items have the same tokens, or one's are the beginning of another's.</exception>
    public static TokenTrie Build(IReadOnlyList<int[]> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var sorted = Enumerable.Range(0, lines.Count).ToArray();
        Array.Sort(sorted, (a, b) => lines[a].AsSpan().SequenceCompareTo(lines[b]));
        for (var r = 1; r < sorted.Length; r++)
        {
            if (lines[sorted[r]].AsSpan().StartsWith(lines[sorted[r - 1]]))
                throw new ArgumentException($"Items {sorted[r - 1]} and {sorted[r]} can't be told apart by their tokens; every line must end with the terminator and be written differently.", nameof(lines));
        }

        return Compress(lines, sorted);
    }

    // Breadth first over ranges of the sorted items that share their first `depth` tokens.
    private static TokenTrie Compress(IReadOnlyList<int[]> lines, int[] sorted)
    {
        var childOffset = new List<int>();
        List<int> firstToken = [], edgeOffset = [0], edgeTokens = [], low = [0], high = [sorted.Length], depthInTokens = [0], depthInEdges = [0];
        var maxEdge = 0;
        for (var node = 0; node < low.Count; node++)
        {
            childOffset.Add(firstToken.Count);
            var depth = depthInTokens[node];
            for (int start = low[node], end; start < high[node]; start = end)
            {
                var first = lines[sorted[start]];
                if (first.Length == depth)
                {
                    end = start + 1;
                    continue;
                }

                end = start;
                while (end < high[node] && lines[sorted[end]][depth] == first[depth])
                    end++;
                var last = lines[sorted[end - 1]];
                var shared = first.AsSpan(depth).CommonPrefixLength(last.AsSpan(depth));
                firstToken.Add(first[depth]);
                edgeTokens.AddRange(first.AsSpan(depth, shared));
                edgeOffset.Add(edgeTokens.Count);
                maxEdge = Math.Max(maxEdge, shared);
                low.Add(start);
                high.Add(end);
                depthInTokens.Add(depth + shared);
                depthInEdges.Add(depthInEdges[node] + 1);
            }
        }

        childOffset.Add(firstToken.Count);
        return new TokenTrie([.. childOffset], [.. firstToken], [.. edgeOffset], [.. edgeTokens], [.. low], [.. high], sorted, depthInEdges.Max(), maxEdge);
    }
}
