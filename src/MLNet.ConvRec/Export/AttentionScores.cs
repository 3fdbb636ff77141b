using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>Keys of tokens, [B, kv heads, size, T], and their values, [B, kv heads, T, size], by the names of the values in a graph.</summary>
internal readonly record struct KeyValue(string Key, string Value);

/// <summary>Softmax attention over keys that lie in one or in several pieces, which are never put together.</summary>
internal sealed class AttentionScores(PolicyConfig config)
{
    /// <summary>The number of blocks.</summary>
    public int LayerCount => config.LayerCount;

    /// <summary>Mixes values by softmax(q k + bias).</summary>
    /// <param name="graph">The graph, or the body, to add to.</param>
    /// <param name="query">Scaled queries, [B, heads, S, size].</param>
    /// <param name="pieces">Keys and values; T is all of their tokens.</param>
    /// <param name="bias">Broadcast to [B, kv heads, heads per kv head, S, T].</param>
    /// <returns>[B, heads, S, size].</returns>
    public string Mix(GraphBuilder graph, string query, IReadOnlyList<KeyValue> pieces, string bias)
    {
        var (heads, groups, size) = (config.HeadCount, config.KeyValueHeadCount, config.HeadSize);

        // Query heads that share a key head stand below each other, so that keys need no copies.
        var grouped = graph.Reshape(query, 0, groups, -1, size); // [B, kv, heads/kv · S, size]
        string[] parts = [.. pieces.Select(piece => graph.MatMul(grouped, piece.Key))];
        var scores = parts.Length == 1 ? parts[0] : graph.Concat(-1, parts); // [B, kv, heads/kv · S, T]
        var total = graph.Length(scores, 3);
        var separate = graph.ReshapeTo(scores, graph.Concat(0, graph.Vector(0, 0, heads / groups, -1), total)); // [B, kv, heads/kv, S, T]
        var attention = graph.Softmax(graph.Add(separate, bias));
        var stacked = graph.ReshapeTo(attention, graph.Concat(0, graph.Vector(0, 0, -1), total)); // [B, kv, heads/kv · S, T]
        return graph.Reshape(Values(graph, stacked, pieces), 0, heads, -1, size); // [B, heads, S, size]
    }

    private static string Values(GraphBuilder graph, string attention, IReadOnlyList<KeyValue> pieces)
    {
        if (pieces.Count == 1)
            return graph.MatMul(attention, pieces[0].Value);
        var start = graph.Vector(0);
        string? sum = null;
        foreach (var piece in pieces)
        {
            var end = graph.Add(start, graph.Length(piece.Value, 2));
            var product = graph.MatMul(graph.Slice(attention, start, end, axis: 3), piece.Value);
            (sum, start) = (sum is null ? product : graph.Add(sum, product), end);
        }

        return sum!;
    }
}
