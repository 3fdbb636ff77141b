using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Export.Matrices;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>Runs tokens through the decoder for their keys and values: what a graph holds of them needs no run of its own any more.</summary>
/// <remarks>
/// Done when a graph is built, not left to a host's folding of constants: ONNX Runtime folds no product with a quantized matrix, and a host
/// may fold nothing.
/// </remarks>
internal static class PrefixRun
{
    /// <summary>Returns each block's keys, [1, kv heads, size, P], and values, [1, kv heads, P, size].</summary>
    /// <param name="weights">The policy.</param>
    /// <param name="precision">How exactly the graph holds its weights.</param>
    /// <param name="tokens">The P tokens; at least one.</param>
    public static (float[] Key, float[] Value)[] Of(PolicyWeights weights, WeightPrecision precision, IReadOnlyList<int> tokens)
    {
        var config = weights.Config;
        var graph = new GraphBuilder("prefix");
        var inputIds = graph.Input("input_ids", ElementType.Int64, 1, "seq");
        var attention = new PromptAttention(graph, config, graph.Input("attention_mask", ElementType.Int64, 1, "seq"));
        new DecoderGraph(graph, weights, precision).Forward(graph, inputIds, attention.Positions, attention.Attend, isLastAlone: true);
        foreach (var (layer, kept) in attention.Kept.Index())
        {
            graph.Output(kept.Key, $"{layer}.key", ElementType.Float, 1, config.KeyValueHeadCount, config.HeadSize, "seq");
            graph.Output(kept.Value, $"{layer}.value", ElementType.Float, 1, config.KeyValueHeadCount, "seq", config.HeadSize);
        }

        // One thread: the same calls give the same bytes.
        using var settings = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(graph.ToModel("Keys and values of tokens.", []).ToByteArray(), settings);
        long[] shape = [1, tokens.Count];
        using var ids = OrtValue.CreateTensorValueFromMemory(tokens.Select(token => (long)token).ToArray(), shape);
        using var mask = OrtValue.CreateTensorValueFromMemory(tokens.Select(_ => 1L).ToArray(), shape);
        using var options = new RunOptions();
        string[] outputs = [.. Enumerable.Range(0, config.LayerCount).SelectMany(layer => new[] { $"{layer}.key", $"{layer}.value" })];
        using var results = session.Run(options, ["input_ids", "attention_mask"], [ids, mask], outputs);
        return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray()).Chunk(2).Select(pair => (pair[0], pair[1]))];
    }
}
