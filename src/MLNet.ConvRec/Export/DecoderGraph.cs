using MLNet.ConvRec.Export.Matrices;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>Adds the attention of one block: query [B, heads, S, size], already scaled, key and value [B, kv heads, S, size].</summary>
/// <param name="layer">The block.</param>
/// <param name="query">Of the tokens that look.</param>
/// <param name="key">Of the tokens that are fed.</param>
/// <param name="value">Of the tokens that are fed.</param>
/// <returns>What each query sees, [B, heads, S, size].</returns>
internal delegate string AttentionStep(int layer, string query, string key, string value);

/// <summary>The decoder of Qwen2, Llama and Qwen3 in standard ONNX operators; what its tokens attend to is the caller's.</summary>
/// <remarks>
/// B is the batch, S the new tokens. Weights become the root graph's initializers, named as in checkpoints.
/// </remarks>
internal sealed class DecoderGraph(GraphBuilder root, PolicyWeights weights, WeightPrecision precision)
{
    private readonly PolicyConfig _config = weights.Config;
    private readonly MatrixGraph _matrices = new(root, weights, precision);

    /// <summary>Adds one pass over new tokens.</summary>
    /// <param name="graph">The graph, or the body, to add to.</param>
    /// <param name="inputIds">Token ids, int64 [B, S].</param>
    /// <param name="positions">Their positions, int64 [B, S].</param>
    /// <param name="attend">The attention.</param>
    /// <param name="isLastAlone">
    /// Whether only the last token's state is wanted: the last block then looks from there alone, and keys and values are those of all.
    /// </param>
    /// <returns>The hidden states after the last norm, [B, S, H], or [B, 1, H].</returns>
    public string Forward(GraphBuilder graph, string inputIds, string positions, AttentionStep attend, bool isLastAlone = false)
    {
        var rotation = Rotation(graph, positions);
        var hidden = graph.Gather(Weight("model.embed_tokens.weight"), inputIds); // [B, S, H]
        for (var layer = 0; layer < _config.LayerCount; layer++)
        {
            var block = $"model.layers.{layer}";
            var normed = RmsNorm(graph, hidden, $"{block}.input_layernorm.weight");
            var isNarrowed = isLastAlone && layer == _config.LayerCount - 1;
            var (query, key, value) = Projections(graph, normed, $"{block}.self_attn", rotation, isNarrowed);
            if (isNarrowed)
                hidden = graph.From(hidden, -1, axis: 1); // [B, 1, H]
            var mixed = graph.Transpose(attend(layer, query, key, value), 0, 2, 1, 3); // [B, S, heads, size]
            var joined = graph.Reshape(mixed, 0, 0, _config.HeadCount * _config.HeadSize);
            hidden = graph.Add(hidden, _matrices.Product(graph, joined, $"{block}.self_attn.o_proj.weight"));
            normed = RmsNorm(graph, hidden, $"{block}.post_attention_layernorm.weight");
            hidden = graph.Add(hidden, GatedFeedForward(graph, normed, $"{block}.mlp"));
        }

        return RmsNorm(graph, hidden, "model.norm.weight");
    }

    /// <summary>Adds the output head: the embedding itself, or a matrix of its own.</summary>
    /// <param name="graph">The graph, or the body, to add to.</param>
    /// <param name="hidden">Hidden states, [rows, H]: only the rows whose logits are wanted.</param>
    /// <returns>Logits, [rows, V].</returns>
    public string Logits(GraphBuilder graph, string hidden) => graph.Node("Gemm", [hidden, Head()], NodeAttribute.Of("transB", 1));

    /// <summary>The output head, [V, H].</summary>
    public string Head() => Weight(_config.TieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight");

    private (string Query, string Key, string Value) Projections(
        GraphBuilder graph, string normed, string name, (string Cosine, string Sine) rotation, bool isNarrowed)
    {
        var (asking, turn) = isNarrowed
            ? (graph.From(normed, -1, axis: 1), (graph.From(rotation.Cosine, -1, axis: 2), graph.From(rotation.Sine, -1, axis: 2)))
            : (normed, rotation);
        var query = Rotate(graph, Heads(graph, asking, name, "q", _config.HeadCount), turn);
        var key = Rotate(graph, Heads(graph, normed, name, "k", _config.KeyValueHeadCount), rotation);
        var value = Heads(graph, normed, name, "v", _config.KeyValueHeadCount);
        return (graph.Multiply(query, graph.Scalar(1f / MathF.Sqrt(_config.HeadSize))), key, value);
    }

    // [B, heads, S, size]; queries and keys normed where the architecture does.
    private string Heads(GraphBuilder graph, string x, string name, string kind, int heads)
    {
        var product = _matrices.Product(graph, x, $"{name}.{kind}_proj.weight");
        if (_config.HasQueryKeyValueBias)
            product = graph.Add(product, Weight($"{name}.{kind}_proj.bias"));
        var split = graph.Transpose(graph.Reshape(product, 0, 0, heads, _config.HeadSize), 0, 2, 1, 3);
        return _config.HasQueryKeyNorm && kind != "v" ? RmsNorm(graph, split, $"{name}.{kind}_norm.weight") : split;
    }

    private string GatedFeedForward(GraphBuilder graph, string x, string name)
    {
        var gate = _matrices.Product(graph, x, $"{name}.gate_proj.weight"); // [B, S, F]
        var up = _matrices.Product(graph, x, $"{name}.up_proj.weight");
        var silu = graph.Multiply(gate, graph.Sigmoid(gate));
        return _matrices.Product(graph, graph.Multiply(silu, up), $"{name}.down_proj.weight");
    }

    // In the form that ONNX Runtime knows as one operation (SimplifiedLayerNormalization).
    private string RmsNorm(GraphBuilder graph, string x, string name)
    {
        var meanSquare = graph.Mean(graph.Power(x, graph.Scalar(2f)), -1);
        var root = graph.SquareRoot(graph.Add(meanSquare, graph.Scalar((float)_config.RmsNormEpsilon)));
        return graph.Multiply(graph.Divide(x, root), Weight(name));
    }

    // Computed from the positions, not looked up: no table bounds the length.
    private (string Cosine, string Sine) Rotation(GraphBuilder graph, string positions)
    {
        var frequencies = RotaryFrequencies.Of(_config);
        var angles = graph.Multiply(
            graph.Unsqueeze(graph.Cast(positions, ElementType.Float), 1, 3), // [B, 1, S, 1]
            graph.Initializer("rotary_frequencies", [2 * frequencies.Length], [.. frequencies, .. frequencies])); // [B, 1, S, size]
        return (graph.Cosine(angles), graph.Sine(angles));
    }

    // A small product turns the halves: one operation instead of cutting, negating and joining.
    private string Rotate(GraphBuilder graph, string x, (string Cosine, string Sine) rotation)
    {
        var turned = graph.MatMul(x, graph.Initializer("rotary_turn", () => ([_config.HeadSize, _config.HeadSize], QuarterTurn(_config.HeadSize))));
        return graph.Add(graph.Multiply(x, rotation.Cosine), graph.Multiply(turned, rotation.Sine));
    }

    // Takes (a, b), halves of a head, to (−b, a).
    private static float[] QuarterTurn(int size)
    {
        var turn = new float[size * size];
        for (var i = 0; i < size / 2; i++)
        {
            turn[((i + (size / 2)) * size) + i] = -1;
            turn[(i * size) + i + (size / 2)] = 1;
        }

        return turn;
    }

    private string Weight(string name) => _matrices.Weight(name);
}
