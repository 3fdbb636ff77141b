using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>
/// One step of the decoder with a cache of keys and values, <c>onnx/model*.onnx</c>: what transformers.js, optimum and onnxruntime-genai load.
/// </summary>
/// <remarks>
/// Inputs: <c>input_ids</c> and <c>position_ids</c> int64 [batch_size, sequence_length], <c>attention_mask</c> int64 [batch_size,
/// total_sequence_length], 0 for padding on the left, and <c>past_key_values.N.key</c>, <c>.value</c> float [batch_size, kv heads,
/// past_sequence_length, size]. Outputs: <c>logits</c> [batch_size, sequence_length, V] and <c>present.N.key</c>, <c>.value</c>. Names of
/// inputs, outputs and lengths are optimum's: hosts go by them.
/// </remarks>
internal sealed class DecoderStepGraph
{
    private const string Batch = "batch_size", Sequence = "sequence_length", Past = "past_sequence_length", Total = "total_sequence_length";

    private readonly GraphBuilder _graph = new("decoder");
    private readonly PolicyWeights _weights;
    private readonly GraphForm _form;
    private readonly AttentionScores _scores;
    private readonly List<KeyValue> _present = [];

    private DecoderStepGraph(PolicyWeights weights, GraphForm form) =>
        (_weights, _form, _scores) = (weights, form, new AttentionScores(weights.Config));

    /// <summary>Builds the graph.</summary>
    /// <param name="weights">The policy.</param>
    /// <param name="form">How its weights are held.</param>
    public static ModelProto Build(PolicyWeights weights, GraphForm form) => new DecoderStepGraph(weights, form).Build();

    private ModelProto Build()
    {
        var config = _weights.Config;
        var inputIds = _graph.Input("input_ids", ElementType.Int64, Batch, Sequence);
        var mask = _graph.Input("attention_mask", ElementType.Int64, Batch, Total);
        var positions = _graph.Input("position_ids", ElementType.Int64, Batch, Sequence);
        var past = Enumerable.Range(0, config.LayerCount).Select(layer => new KeyValue(Cache(layer, "key"), Cache(layer, "value"))).ToArray();
        var bias = Bias(inputIds, mask);
        var decoder = new DecoderGraph(_graph, _weights, _form.Precision);
        var hidden = decoder.Forward(_graph, inputIds, positions, (layer, query, key, value) =>
        {
            var present = new KeyValue(_graph.Concat(2, past[layer].Key, key), _graph.Concat(2, past[layer].Value, value));
            _present.Add(present);
            return _scores.Mix(_graph, query, [present with { Key = _graph.Transpose(present.Key, 0, 1, 3, 2) }], bias);
        }); // [B, S, H]
        var rows = decoder.Logits(_graph, _graph.Reshape(hidden, -1, config.HiddenSize)); // [B · S, V]
        var shape = _graph.Concat(0, _graph.Shape(inputIds), _graph.Vector(config.VocabularySize));
        _graph.Output(_graph.ReshapeTo(rows, shape), "logits", ElementType.Float, Batch, Sequence, config.VocabularySize);
        foreach (var (layer, present) in _present.Index())
        {
            Output(present.Key, $"present.{layer}.key");
            Output(present.Value, $"present.{layer}.value");
        }

        return _graph.ToModel("One step of the policy's decoder.", GraphMetadata.Of(config, _form));
    }

    private string Cache(int layer, string kind) => _graph.Input(
        $"past_key_values.{layer}.{kind}", ElementType.Float, Batch, _weights.Config.KeyValueHeadCount, Past, _weights.Config.HeadSize);

    private void Output(string value, string name) => _graph.Output(
        value, name, ElementType.Float, Batch, _weights.Config.KeyValueHeadCount, Total, _weights.Config.HeadSize);

    // The new tokens are the last of all; each looks at itself and at those before it that are no padding.
    private string Bias(string inputIds, string mask)
    {
        var all = _graph.Squeeze(_graph.Length(mask, 1));
        var first = _graph.Subtract(all, _graph.Squeeze(_graph.Length(inputIds, 1)));
        var places = _graph.Range(_graph.Scalar(0), all); // [T]
        var isBefore = _graph.LessOrEqual(places, _graph.Unsqueeze(_graph.Range(first, all), 1)); // [S, T]
        var isToken = _graph.Unsqueeze(_graph.Cast(mask, ElementType.Bool), 1, 2, 3); // [B, 1, 1, 1, T]
        return PromptAttention.BiasOf(_graph, _graph.And(isBefore, isToken)); // [B, 1, 1, S, T]
    }
}
