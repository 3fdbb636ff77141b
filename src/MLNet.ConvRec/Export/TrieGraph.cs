using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export.Onnx;

namespace MLNet.ConvRec.Export;

/// <summary>The catalog's trie inside the graph: the choice among the edges that leave a node, and where an edge leads.</summary>
/// <remarks>
/// Every value is a vector of one where no shape is given; items are told apart by their depth-first rank (see <see cref="TokenTrie"/>).
/// </remarks>
internal sealed class TrieGraph
{
    // Exponentiates to exactly 0 beside any real logit, and stays finite where every edge is taken.
    private const float Forbidden = -1e30f;

    private readonly string _childOffset, _firstToken, _edgeOffset, _edgeTokens, _low, _high, _rankToItem, _itemToRank;

    public TrieGraph(GraphBuilder graph, TokenTrie trie)
    {
        _childOffset = graph.Initializer("trie.child_offset", trie.ChildOffset);
        _firstToken = graph.Initializer("trie.first_token", trie.FirstToken);
        _edgeOffset = graph.Initializer("trie.edge_offset", trie.EdgeOffset);
        _edgeTokens = graph.Initializer("trie.edge_tokens", trie.EdgeTokens);
        _low = graph.Initializer("trie.low", trie.Low);
        _high = graph.Initializer("trie.high", trie.High);
        _rankToItem = graph.Initializer("trie.rank_to_item", trie.RankToItem);
        _itemToRank = graph.Initializer("trie.item_to_rank", [.. trie.ItemToRank, -1]); // index M, the nothing sentinel, is no rank
    }

    /// <summary>The ranks of items, int64 [n]; −1 for the nothing sentinel.</summary>
    public string Ranks(GraphBuilder graph, string items) => graph.Gather(_itemToRank, graph.Reshape(items, -1));

    /// <summary>The items of ranks, int64 [n]; −1 where the rank is.</summary>
    public string Items(GraphBuilder graph, string ranks) =>
        graph.Where(graph.Less(ranks, graph.Vector(0)), graph.Vector(-1), graph.Gather(_rankToItem, ranks));

    /// <summary>The lowest rank below a node; at a leaf, its item's.</summary>
    public string Low(GraphBuilder graph, string node) => graph.Gather(_low, node);

    /// <summary>Whether a line ends at the node.</summary>
    public string IsLeaf(GraphBuilder graph, string node) =>
        graph.Equal(graph.Gather(_childOffset, node), graph.Gather(_childOffset, graph.Add(node, graph.Vector(1))));

    /// <summary>The tokens of an edge, int64 [1, s].</summary>
    public string Tokens(GraphBuilder graph, string edge)
    {
        var end = graph.Gather(_edgeOffset, graph.Add(edge, graph.Vector(1)));
        return graph.Unsqueeze(graph.Slice(_edgeTokens, graph.Gather(_edgeOffset, edge), end), 0);
    }

    /// <summary>Takes the likeliest edge that leaves the node and still leads to an item that is not taken.</summary>
    /// <param name="graph">The body to add to.</param>
    /// <param name="logits">Logits of the next token, [1, V].</param>
    /// <param name="node">The node.</param>
    /// <param name="taken">The ranks that no list may hold any more, int64 [n], each once; −1 for none.</param>
    public TrieChoice Choose(GraphBuilder graph, string logits, string node, string taken)
    {
        var one = graph.Vector(1);
        var first = graph.Gather(_childOffset, node);
        var end = graph.Gather(_childOffset, graph.Add(node, one));
        var tokens = graph.Slice(_firstToken, first, end); // [c]
        var candidates = graph.Gather(graph.Reshape(logits, -1), tokens); // [c]

        // Edge e leads to node e + 1. It is open while fewer items below it are taken than there are.
        var (firstChild, endChild) = (graph.Add(first, one), graph.Add(end, one));
        var low = graph.Slice(_low, firstChild, endChild); // [c]
        var high = graph.Slice(_high, firstChild, endChild); // [c]
        var ranks = graph.Unsqueeze(taken, 0); // [1, n]
        var below = graph.And(
            graph.GreaterOrEqual(ranks, graph.Unsqueeze(low, 1)),
            graph.Less(ranks, graph.Unsqueeze(high, 1))); // [c, n]
        var takenBelow = graph.Sum(graph.Cast(below, ElementType.Int64), 1); // [c]
        var isOpen = graph.Less(takenBelow, graph.Subtract(high, low)); // [c]

        var masked = graph.Where(isOpen, candidates, graph.Scalar(Forbidden)); // [c]
        var best = graph.ArgMax(masked, 0);
        var logProbability = graph.Subtract(graph.Gather(masked, best), graph.LogSumExp(masked, 0));
        var anyOpen = graph.Cast(graph.Maximum(graph.Cast(isOpen, ElementType.Int64), 0), ElementType.Bool);
        return new TrieChoice(graph.Add(first, best), graph.Add(firstChild, best), logProbability, anyOpen);
    }
}

/// <summary>The names of what a choice gives, each a vector of one.</summary>
/// <param name="Edge">The edge taken.</param>
/// <param name="Child">The node that it leads to.</param>
/// <param name="LogProbability">Its log-probability among the open edges.</param>
/// <param name="AnyOpen">Whether there was an open edge at all; if not, the rest means nothing.</param>
internal readonly record struct TrieChoice(string Edge, string Child, string LogProbability, string AnyOpen);
