using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>Joins two lists of each row by reciprocal rank: Σ 1/(10 + rank) over the lists that hold an item.</summary>
internal static class JoinedDecoding
{
    /// <summary>Adds the join; of equals the one that stands first in the first list comes first, then by the second.</summary>
    /// <param name="graph">The main graph.</param>
    /// <param name="lines">Ranks, int64 [B, N], −1 for none, and scores.</param>
    /// <param name="first">The other list.</param>
    /// <param name="listLength">N.</param>
    public static (string Ranks, string Scores) Add(GraphBuilder graph, (string Ranks, string Scores) lines, (string Ranks, string Scores) first, int listLength)
    {
        float[] shares = [.. Enumerable.Range(1, listLength).Select(ListJoin.Share)];
        var both = graph.Concat(1, lines.Ranks, first.Ranks); // [B, 2N]
        var isItem = graph.GreaterOrEqual(both, graph.Scalar(0));
        var isSame = graph.And(graph.Equal(graph.Unsqueeze(both, 2), graph.Unsqueeze(both, 1)), graph.Unsqueeze(isItem, 1)); // [B, 2N, 2N]
        var share = graph.Initializer("rank_shares", [2 * listLength], [.. shares, .. shares]);
        var sums = graph.Sum(graph.Where(isSame, share, graph.Scalar(0f)), 2); // [B, 2N]

        // An item of both lists stands in the first for both.
        var isAgain = graph.Less(
            graph.ArgMaxOf(isSame), graph.Initializer("own_place", Enumerable.Range(0, 2 * listLength))); // its first place is another
        var counted = graph.Where(graph.And(isItem, graph.Not(isAgain)), sums, graph.Scalar(EdgeChoice.Closed));
        var (scores, places) = graph.Largest(counted, graph.Vector(listLength));
        var isFound = graph.Less(graph.Scalar(0f), scores);
        return (
            graph.Where(isFound, graph.GatherElements(both, places, axis: 1), graph.Scalar(-1)),
            graph.Where(isFound, scores, graph.Scalar(0f)));
    }

    // The first place at which each row of booleans is true, [B, 2N].
    private static string ArgMaxOf(this GraphBuilder graph, string isTrue) =>
        graph.Node("ArgMax", [graph.Cast(isTrue, ElementType.Float)], NodeAttribute.Of("axis", 2), NodeAttribute.Of("keepdims", 0));
}
