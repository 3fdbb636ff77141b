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
/// B is the batch, S the new tokens. Weights become the root graph's initializers, named as in checkpoints; key and
/// value projections are one matrix, and the two of the feed-forward, since fewer and larger products are faster.
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
        var (heads, groups) = (_config.HeadCount, _config.KeyValueHeadCount);
        var keyValue = _matrices.Product(graph, normed, $"{name}.k_proj.weight", $"{name}.v_proj.weight");
        var asking = isNarrowed ? graph.From(normed, -1, axis: 1) : normed;
        var query = _matrices.Product(graph, asking, $"{name}.q_proj.weight");
        if (_config.HasQueryKeyValueBias)
        {
            keyValue = graph.Add(keyValue, _matrices.Joined($"{name}.k_proj.bias", $"{name}.v_proj.bias"));
            query = graph.Add(query, Weight($"{name}.q_proj.bias"));
        }

        if (isNarrowed)
        {
            var (cosine, sine) = (graph.From(rotation.Cosine, -1, axis: 2), graph.From(rotation.Sine, -1, axis: 2));
            var parts = graph.Split(Heads(graph, keyValue, 2 * groups), 1, groups, groups);
            query = Rotate(graph, HeadNorm(graph, Heads(graph, query, heads), name, heads, 0), (cosine, sine));
            return (Scaled(graph, query), Rotate(graph, HeadNorm(graph, parts[0], name, 0, groups), rotation), parts[1]);
        }

        // Queries and keys are turned together.
        var all = Heads(graph, graph.Concat(-1, query, keyValue), heads + (2 * groups)); // [B, heads + 2 kv, S, size]
        var cut = graph.Split(all, 1, heads + groups, groups);
        var turned = graph.Split(Rotate(graph, HeadNorm(graph, cut[0], name, heads, groups), rotation), 1, heads, groups);
        return (Scaled(graph, turned[0]), turned[1], cut[1]);
    }

    private string Scaled(GraphBuilder graph, string query) => graph.Multiply(query, graph.Scalar(1f / MathF.Sqrt(_config.HeadSize)));

    private string GatedFeedForward(GraphBuilder graph, string x, string name)
    {
        var both = graph.Halves(_matrices.Product(graph, x, $"{name}.gate_proj.weight", $"{name}.up_proj.weight")); // [B, S, F] each
        var silu = graph.Multiply(both[0], graph.Sigmoid(both[0]));
        return _matrices.Product(graph, graph.Multiply(silu, both[1]), $"{name}.down_proj.weight");
    }

    // In the form that ONNX Runtime knows as one operation (SimplifiedLayerNormalization).
    private string RmsNorm(GraphBuilder graph, string x, string name) => RmsNormOf(graph, x, Weight(name));

    private string RmsNormOf(GraphBuilder graph, string x, string scale)
    {
        var meanSquare = graph.Mean(graph.Power(x, graph.Scalar(2f)), -1);
        var root = graph.SquareRoot(graph.Add(meanSquare, graph.Scalar((float)_config.RmsNormEpsilon)));
        return graph.Multiply(graph.Divide(x, root), scale);
    }

    // Queries first, then keys: each head's norm has the weights of its kind.
    private string HeadNorm(GraphBuilder graph, string x, string name, int queries, int keys)
    {
        if (!_config.HasQueryKeyNorm)
            return x;
        var scale = _matrices.Stacked($"{name}.norm.{queries}.{keys}", ($"{name}.q_norm.weight", queries), ($"{name}.k_norm.weight", keys));
        return RmsNormOf(graph, x, scale); // [heads, 1, size] over [B, heads, S, size]
    }

    private string Heads(GraphBuilder graph, string x, int heads) =>
        graph.Transpose(graph.Reshape(x, 0, 0, heads, _config.HeadSize), 0, 2, 1, 3); // [B, heads, S, size]

    // Computed from the positions, not looked up: no table bounds the length. The sine carries the turn's sign.
    private (string Cosine, string Sine) Rotation(GraphBuilder graph, string positions)
    {
        var frequencies = RotaryFrequencies.Of(_config);
        var angles = graph.Multiply(
            graph.Unsqueeze(graph.Cast(positions, ElementType.Float), 1, 3), // [B, 1, S, 1]
            graph.Initializer("rotary_frequencies", [frequencies.Length], frequencies)); // [B, 1, S, size/2]
        var (cosine, sine) = (graph.Cosine(angles), graph.Sine(angles));
        return (graph.Concat(-1, cosine, cosine), graph.Concat(-1, graph.Negate(sine), sine)); // [B, 1, S, size]
    }

    private static string Rotate(GraphBuilder graph, string x, (string Cosine, string Sine) rotation)
    {
        var halves = graph.Halves(x);
        var swapped = graph.Concat(-1, halves[1], halves[0]);
        return graph.Add(graph.Multiply(x, rotation.Cosine), graph.Multiply(swapped, rotation.Sine));
    }

    private string Weight(string name) => _matrices.Weight(name);
}
