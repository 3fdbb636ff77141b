using MLNet.ConvRec.Export.Onnx;

namespace MLNet.ConvRec.Export;

/// <summary>Weighs the edges that leave trie nodes: the head is applied to their first tokens alone, and closed edges are shut out.</summary>
/// <remarks>
/// An edge is closed when no item below it is free any more. The root, which has most edges by far, is weighed by one product; of other
/// nodes the head's rows are gathered, padded to the node with most edges.
/// </remarks>
internal sealed class EdgeChoice
{
    /// <summary>The logit of a closed edge: exponentiates to exactly 0 beside any real one, and stays finite where every edge is closed.</summary>
    public const float Closed = -1e30f;

    private readonly TrieGraph _trie;
    private readonly string _head, _rootHead, _freeBefore, _rootFree, _rootBias;

    /// <summary>Prepares what all choices share.</summary>
    /// <param name="root">The main graph.</param>
    /// <param name="trie">The catalog.</param>
    /// <param name="head">The output head, [V, H].</param>
    /// <param name="freeBefore">What may be listed (<see cref="TrieGraph.FreeBefore"/>).</param>
    public EdgeChoice(GraphBuilder root, TrieGraph trie, string head, string freeBefore)
    {
        (_trie, _head, _freeBefore) = (trie, head, freeBefore);
        _rootHead = root.Transpose(root.Gather(head, trie.RootTokens), 1, 0); // [H, children]
        _rootFree = trie.FreeBelowRoot(freeBefore); // [B, children]
        _rootBias = root.Where(root.Less(root.Scalar(0f), _rootFree), root.Scalar(0f), root.Scalar(Closed));
    }

    /// <summary>Logits of the root's edges, [r, children], where nothing was listed yet.</summary>
    /// <param name="graph">The graph, or the body, to add to.</param>
    /// <param name="hidden">States, [r, H].</param>
    /// <param name="rows">Which row of the batch each is of, int64 [r]; <see langword="null"/>: all, in order.</param>
    public string OfRoot(GraphBuilder graph, string hidden, string? rows = null) =>
        graph.Add(graph.MatMul(hidden, _rootHead), rows is null ? _rootBias : graph.Gather(_rootBias, rows));

    /// <summary>Logits of the root's edges without those that the list has closed.</summary>
    /// <param name="graph">The graph, or the body, to add to.</param>
    /// <param name="hidden">States, [r, H].</param>
    /// <param name="rows">Which row of the batch each is of, int64 [r].</param>
    /// <param name="listed">Ranks of the listed items, int64 [r, N]; −1 for none.</param>
    public string OfRoot(GraphBuilder graph, string hidden, string rows, string listed)
    {
        var logits = OfRoot(graph, hidden, rows);
        var isListed = graph.GreaterOrEqual(listed, graph.Scalar(0)); // [r, N]

        // A place without an item stands for edge 0 and counts nothing, so that all that is written to one place is the same.
        var edges = graph.Where(isListed, _trie.RankToRootEdge(graph, graph.Larger(listed, graph.Scalar(0))), graph.Scalar(0)); // [r, N]
        var counted = graph.Where(isListed, edges, graph.Scalar(-1));
        var isSame = graph.Equal(graph.Unsqueeze(edges, 2), graph.Unsqueeze(counted, 1)); // [r, N, N]
        var taken = graph.Sum(graph.Cast(isSame, ElementType.Float), 2); // [r, N]
        var owner = graph.Expand(graph.Unsqueeze(rows, 1), graph.Shape(edges)); // [r, N]
        var free = graph.GatherTuples(_rootFree, graph.Concat(-1, graph.Unsqueeze(owner, 2), graph.Unsqueeze(edges, 2)));
        var now = graph.GatherElements(logits, edges, axis: 1);
        return graph.ScatterElements(logits, edges, graph.Where(graph.Less(taken, free), now, graph.Scalar(Closed)), axis: 1);
    }

    /// <summary>Logits of the edges that leave nodes, padded with closed ones.</summary>
    /// <param name="graph">The graph, or the body, to add to.</param>
    /// <param name="hidden">States, [q, H].</param>
    /// <param name="rows">Which row of the batch each is of, int64 [q].</param>
    /// <param name="nodes">The nodes, int64 [q]; a leaf's edges are all closed.</param>
    /// <param name="listed">Ranks of the listed items, int64 [q, N], −1 for none; or <see langword="null"/>.</param>
    /// <returns>The logits, [q, c], and the edges, int64 [q, c].</returns>
    public (string Logits, string Edges) OfNodes(GraphBuilder graph, string hidden, string rows, string nodes, string? listed)
    {
        var (zero, one) = (graph.Scalar(0), graph.Scalar(1));
        var (first, count) = _trie.Edges(graph, nodes); // [q]
        var most = graph.Larger(graph.Node("ReduceMax", [count], NodeAttribute.Of("keepdims", 0)), one);
        var places = graph.Range(zero, most); // [c]
        var isEdge = graph.Less(places, graph.Unsqueeze(count, 1)); // [q, c]
        var edges = graph.Where(isEdge, graph.Add(graph.Unsqueeze(first, 1), places), zero); // [q, c]
        var weights = graph.Gather(_head, _trie.FirstToken(graph, edges)); // [q, c, H]
        var logits = graph.Squeeze(graph.MatMul(weights, graph.Unsqueeze(hidden, 2)), 2); // [q, c]
        var children = graph.Add(edges, one);
        var free = _trie.FreeBelow(graph, graph.Gather(_freeBefore, rows), children); // [q, c]
        if (listed is not null)
            free = graph.Subtract(free, Listed(graph, listed, children));
        return (graph.Where(graph.And(isEdge, graph.Less(graph.Scalar(0f), free)), logits, graph.Scalar(Closed)), edges);
    }

    /// <summary>The likeliest of each row's edges, [r, 1] each: its place and its log-probability among the open ones.</summary>
    public static (string Place, string LogProbability, string IsOpen) Best(GraphBuilder graph, string logits)
    {
        var place = graph.ArgMax(logits, 1);
        var isOpen = graph.Less(graph.Scalar(Closed / 2), graph.GatherElements(logits, place, axis: 1));
        return (place, graph.Logarithm(graph.GatherElements(graph.Softmax(logits), place, axis: 1)), isOpen);
    }

    private string Listed(GraphBuilder graph, string listed, string children)
    {
        var ranks = graph.Unsqueeze(listed, 1); // [q, 1, N]
        var (low, high) = (graph.Unsqueeze(_trie.Low(graph, children), 2), graph.Unsqueeze(_trie.High(graph, children), 2));
        var isBelow = graph.And(graph.GreaterOrEqual(ranks, low), graph.Less(ranks, high)); // [q, c, N]
        return graph.Sum(graph.Cast(isBelow, ElementType.Float), 2); // [q, c]
    }
}
