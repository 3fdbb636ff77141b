using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export.Onnx;

namespace MLNet.ConvRec.Export;

/// <summary>The catalog's trie inside the graph: what each row may still list, the edges that leave a node, and where an edge leads.</summary>
/// <remarks>Items are told apart by their depth-first rank (see <see cref="TokenTrie"/>); M is the number of items, B that of rows.</remarks>
internal sealed class TrieGraph
{
    private readonly GraphBuilder _root;
    private readonly Lazy<(int[] Offset, int[] Tokens)> _paths;

    public TrieGraph(GraphBuilder root, TokenTrie trie)
    {
        (_root, Trie) = (root, trie);
        _paths = new Lazy<(int[] Offset, int[] Tokens)>(() => Paths(trie));
    }

    /// <summary>The trie.</summary>
    public TokenTrie Trie { get; }

    // Each is in the file only where a way of decoding asks for it.
    private string ChildOffset => _root.Initializer("trie.child_offset", Trie.ChildOffset);

    private string LowOf => _root.Initializer("trie.low", Trie.Low);

    private string HighOf => _root.Initializer("trie.high", Trie.High);

    private string RankToItem => _root.Initializer("trie.rank_to_item", Trie.RankToItem);

    /// <summary>How many edges leave the root; they are the first of all, and lead to the nodes that follow the root.</summary>
    public int RootEdges => Trie.ChildOffset[1];

    /// <summary>The ranks of what may be listed, as sums: float [B, M + 1], how many of the ranks before each are free.</summary>
    /// <param name="excluded">Items, int64 [B, nex]; M stands for nothing.</param>
    /// <param name="candidates">Items, int64 [B, nc]; nothing but M in a row: no restriction.</param>
    public string FreeBefore(string excluded, string candidates)
    {
        var (graph, items) = (_root, Trie.ItemCount);
        var rows = graph.Length(excluded, 0);
        var all = graph.Concat(0, rows, graph.Vector(items + 1)); // the shape [B, M + 1]: the last column takes what stands for nothing
        var nothing = graph.Expand(graph.Scalar(items), graph.Concat(0, rows, graph.Vector(1))); // [B, 1], so that no row is empty
        var (zeros, ones) = (graph.Expand(graph.Scalar(0f), all), graph.Expand(graph.Scalar(1f), all));
        var chosen = graph.Concat(1, candidates, nothing);
        var isOpen = graph.Sum(graph.Cast(graph.Less(chosen, graph.Scalar(items)), ElementType.Int64), 1); // [B]
        var isRestricted = graph.Unsqueeze(graph.Less(graph.Scalar(0), isOpen), 1); // [B, 1]
        var isCandidate = graph.ScatterElements(zeros, chosen, graph.Expand(graph.Scalar(1f), graph.Shape(chosen)), axis: 1);
        var gone = graph.Concat(1, excluded, nothing);
        var free = graph.ScatterElements(
            graph.Where(isRestricted, isCandidate, ones), gone, graph.Expand(graph.Scalar(0f), graph.Shape(gone)), axis: 1);
        var byRank = graph.CumulativeSum(graph.Gather(free, RankToItem, axis: 1), 1); // [B, M]
        return graph.Concat(1, graph.UpTo(zeros, 1, axis: 1), byRank);
    }

    /// <summary>How many free ranks lie below nodes of each row, float [B, n]; <paramref name="nodes"/> is [B, n].</summary>
    public string FreeBelow(GraphBuilder graph, string freeBefore, string nodes) => graph.Subtract(
        graph.GatherElements(freeBefore, graph.Gather(HighOf, nodes), axis: 1),
        graph.GatherElements(freeBefore, graph.Gather(LowOf, nodes), axis: 1));

    /// <summary>How many free ranks lie below each of the root's children, float [B, children].</summary>
    public string FreeBelowRoot(string freeBefore)
    {
        var (low, high) = (Trie.Low[1..(RootEdges + 1)], Trie.High[1..(RootEdges + 1)]);
        return _root.Subtract(
            _root.Gather(freeBefore, _root.Initializer("trie.root_high", high), axis: 1),
            _root.Gather(freeBefore, _root.Initializer("trie.root_low", low), axis: 1));
    }

    /// <summary>The items of ranks, of the same shape; −1 where the rank is.</summary>
    public string Items(GraphBuilder graph, string ranks) => graph.Where(
        graph.Less(ranks, graph.Scalar(0)), graph.Scalar(-1), graph.Gather(RankToItem, graph.Larger(ranks, graph.Scalar(0))));

    /// <summary>The first tokens of the root's edges.</summary>
    public string RootTokens => _root.Initializer("trie.root_token", Trie.FirstToken[..RootEdges]);

    /// <summary>Which of the root's edges leads to each rank.</summary>
    public string RankToRootEdge(GraphBuilder graph, string ranks)
    {
        var edges = new int[Trie.ItemCount];
        for (var edge = 0; edge < RootEdges; edge++)
            Array.Fill(edges, edge, Trie.Low[edge + 1], Trie.High[edge + 1] - Trie.Low[edge + 1]);
        return graph.Gather(_root.Initializer("trie.rank_to_root_edge", edges), ranks);
    }

    /// <summary>The lowest rank below nodes; at a leaf, its item's.</summary>
    public string Low(GraphBuilder graph, string nodes) => graph.Gather(LowOf, nodes);

    /// <summary>One past the highest rank below nodes.</summary>
    public string High(GraphBuilder graph, string nodes) => graph.Gather(HighOf, nodes);

    /// <summary>The first edge that leaves each node, and how many do.</summary>
    public (string First, string Count) Edges(GraphBuilder graph, string nodes)
    {
        var first = graph.Gather(ChildOffset, nodes);
        return (first, graph.Subtract(graph.Gather(ChildOffset, graph.Add(nodes, graph.Scalar(1))), first));
    }

    /// <summary>The first token of edges.</summary>
    public string FirstToken(GraphBuilder graph, string edges) => graph.Gather(_root.Initializer("trie.first_token", Trie.FirstToken), edges);

    /// <summary>Whether a line ends at the nodes.</summary>
    public string IsLeaf(GraphBuilder graph, string nodes) => graph.Equal(Edges(graph, nodes).Count, graph.Scalar(0));

    /// <summary>The tokens of one edge a row.</summary>
    public TokenRun EdgeTokens(GraphBuilder graph, string edges, string isFed) => TokenRun.Of(
        graph, _root.Initializer("trie.edge_offset", Trie.EdgeOffset), _root.Initializer("trie.edge_tokens", Trie.EdgeTokens), edges, isFed);

    /// <summary>The tokens of the whole way from the root to nodes.</summary>
    public TokenRun PathTokens(GraphBuilder graph, string nodes, string isFed) => TokenRun.Of(
        graph, _root.Initializer("trie.path_offset", _paths.Value.Offset), _root.Initializer("trie.path_tokens", _paths.Value.Tokens), nodes, isFed);

    // Only inner nodes are ever walked to; a leaf's way is left empty.
    private static (int[] Offset, int[] Tokens) Paths(TokenTrie trie)
    {
        var paths = new int[trie.NodeCount][];
        paths[0] = [];
        for (var node = 0; node < trie.NodeCount; node++)
        {
            for (var edge = trie.ChildOffset[node]; edge < trie.ChildOffset[node + 1]; edge++)
                paths[edge + 1] = trie.IsLeaf(edge + 1) ? [] : [.. paths[node], .. trie.Tokens(edge)];
        }

        int[] offset = [0, .. paths.Select((path, i) => path.Length)];
        for (var i = 1; i < offset.Length; i++)
            offset[i] += offset[i - 1];
        return (offset, [.. paths.SelectMany(path => path)]);
    }
}

/// <summary>Runs of tokens, one a row, padded on the left to the longest: by the names of the values in a graph.</summary>
/// <param name="Tokens">int64 [.., S]; padding is token 0.</param>
/// <param name="IsToken">Whether a place is no padding, [.., S].</param>
/// <param name="Lengths">int64 [..]; 0 for a row that isn't fed.</param>
/// <param name="Places">The places of a run counted from its own first token, int64 [.., S]; below 0: padding.</param>
internal sealed record TokenRun(string Tokens, string IsToken, string Lengths, string Places)
{
    /// <summary>Takes runs out of a table.</summary>
    /// <param name="graph">The graph, or the body, to add to.</param>
    /// <param name="offsets">Where each run of the table begins; one more than runs.</param>
    /// <param name="table">The tokens of all runs.</param>
    /// <param name="runs">Which run each row takes, int64 [..].</param>
    /// <param name="isFed">Whether a row takes any, [..].</param>
    public static TokenRun Of(GraphBuilder graph, string offsets, string table, string runs, string isFed)
    {
        var (zero, one) = (graph.Scalar(0), graph.Scalar(1));
        var end = graph.Gather(offsets, graph.Add(runs, one));
        var lengths = graph.Where(isFed, graph.Subtract(end, graph.Gather(offsets, runs)), zero);
        var longest = graph.Larger(graph.Node("ReduceMax", [lengths], NodeAttribute.Of("keepdims", 0)), one); // a pass feeds something
        var back = graph.Range(graph.Node("Neg", [longest]), zero); // −S .. −1
        var places = graph.Add(graph.Unsqueeze(lengths, -1), back); // [.., S]
        var isToken = graph.GreaterOrEqual(places, zero);
        var at = graph.Add(graph.Unsqueeze(end, -1), back);
        return new TokenRun(graph.Where(isToken, graph.Gather(table, graph.Where(isToken, at, zero)), zero), isToken, lengths, places);
    }
}
