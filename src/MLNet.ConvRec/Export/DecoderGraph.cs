using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>The decoder of Qwen2, Llama and Qwen3 in standard ONNX operators, with a key and value cache.</summary>
/// <remarks>
/// B is the batch, S the new tokens, P the cached ones, T = P + S. Weights become the root graph's initializers, named as in checkpoints and
/// widened to float32.
/// </remarks>
internal sealed class DecoderGraph
{
    // An ONNX file is one protobuf message, which holds less than 2 GiB; the rest of the graph is small beside the reserve.
    private const long MaximumBytes = int.MaxValue - (64L << 20);

    // Finite, so that a row without a single allowed position gives a number, not NaN.
    private const float Forbidden = -1e9f;

    private readonly PolicyWeights _weights;
    private readonly PolicyConfig _config;

    /// <summary>Takes the weights.</summary>
    /// <exception cref="NotSupportedException">They are more than one ONNX file can hold.</exception>
    public DecoderGraph(PolicyWeights weights)
    {
        var bytes = weights.Tensors.Values.Sum(tensor => tensor.Count) * sizeof(float);
        if (bytes > MaximumBytes)
        {
            throw new NotSupportedException(
                $"The policy's weights take {bytes:N0} bytes as float32; one ONNX file holds at most {MaximumBytes:N0}: "
                + "train a smaller backbone to score with ML.NET.");
        }

        (_weights, _config) = (weights, weights.Config);
    }

    /// <summary>Adds one pass over new tokens.</summary>
    /// <param name="graph">The graph, or the body, to add to.</param>
    /// <param name="inputIds">Token ids, int64 [B, S].</param>
    /// <param name="positions">Their positions, int64 [B, S].</param>
    /// <param name="attentionBias">What is added to the attention scores, broadcast to [B, kv heads, heads per kv head, S, T].</param>
    /// <param name="past">The cache of each block, [B, kv heads, P, head size].</param>
    /// <returns>
    /// The hidden states after the last norm, [B, S, H], and each block's cache with the new tokens, [B, kv heads, T, head size].
    /// </returns>
    public (string Hidden, KeyValue[] Present) Forward(
        GraphBuilder graph, string inputIds, string positions, string attentionBias, IReadOnlyList<KeyValue> past)
    {
        var rotation = Rotation(graph, positions);
        var hidden = graph.Gather(Weight(graph, "model.embed_tokens.weight"), inputIds); // [B, S, H]
        var present = new KeyValue[_config.LayerCount];
        for (var layer = 0; layer < present.Length; layer++)
        {
            var block = $"model.layers.{layer}";
            var normed = RmsNorm(graph, hidden, $"{block}.input_layernorm.weight");
            (var attended, present[layer]) = Attention(graph, normed, $"{block}.self_attn", rotation, attentionBias, past[layer]);
            hidden = graph.Add(hidden, attended);
            normed = RmsNorm(graph, hidden, $"{block}.post_attention_layernorm.weight");
            hidden = graph.Add(hidden, GatedFeedForward(graph, normed, $"{block}.mlp"));
        }

        return (RmsNorm(graph, hidden, "model.norm.weight"), present);
    }

    /// <summary>Adds the output head: the embedding itself, or a matrix of its own.</summary>
    /// <param name="graph">The graph, or the body, to add to.</param>
    /// <param name="hidden">Hidden states, [rows, H]: only the rows whose logits are wanted.</param>
    /// <returns>Logits, [rows, V].</returns>
    public string Logits(GraphBuilder graph, string hidden) =>
        graph.Node(
            "Gemm",
            [hidden, Weight(graph, _config.TieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight")],
            NodeAttribute.Of("transB", 1));

    /// <summary>Adds the bias by which a token attends to itself and to all before it, [S, T].</summary>
    /// <param name="graph">The graph, or the body, to add to.</param>
    /// <param name="pastLength">P, without dimensions.</param>
    /// <param name="totalLength">T, without dimensions.</param>
    public static string CausalBias(GraphBuilder graph, string pastLength, string totalLength)
    {
        var keys = graph.Range(graph.Scalar(0), totalLength); // [T]
        var queries = graph.Unsqueeze(graph.Range(pastLength, totalLength), 1); // [S, 1]
        return graph.Where(graph.LessOrEqual(keys, queries), graph.Scalar(0f), graph.Scalar(Forbidden)); // [S, T]
    }

    private (string Output, KeyValue Present) Attention(
        GraphBuilder graph, string x, string name, (string Cosine, string Sine) rotation, string bias, KeyValue past)
    {
        var (heads, groups, size) = (_config.HeadCount, _config.KeyValueHeadCount, _config.HeadSize);
        var query = Rotate(graph, HeadNorm(graph, Heads(graph, Projection(graph, x, $"{name}.q_proj"), heads), $"{name}.q_norm"), rotation);
        var key = Rotate(graph, HeadNorm(graph, Heads(graph, Projection(graph, x, $"{name}.k_proj"), groups), $"{name}.k_norm"), rotation);
        var value = Heads(graph, Projection(graph, x, $"{name}.v_proj"), groups); // [B, kv, S, size]
        var present = new KeyValue(graph.Concat(2, past.Key, key), graph.Concat(2, past.Value, value)); // [B, kv, T, size]

        // Query heads that share a key head stand below each other, so that keys need no copies.
        var scaled = graph.Multiply(query, graph.Scalar(1f / MathF.Sqrt(size)));
        var grouped = graph.Reshape(scaled, 0, groups, -1, size); // [B, kv, heads/kv · S, size]
        var scores = graph.MatMul(grouped, graph.Transpose(present.Key, 0, 1, 3, 2)); // [B, kv, heads/kv · S, T]
        var total = graph.Length(present.Key, 2);
        var separate = graph.ReshapeTo(scores, graph.Concat(0, graph.Vector(0, 0, heads / groups, -1), total)); // [B, kv, heads/kv, S, T]
        var attention = graph.Softmax(graph.Add(separate, bias));
        var stacked = graph.ReshapeTo(attention, graph.Concat(0, graph.Vector(0, 0, -1), total)); // [B, kv, heads/kv · S, T]
        var mixed = graph.Reshape(graph.MatMul(stacked, present.Value), 0, heads, -1, size); // [B, heads, S, size]
        var joined = graph.Reshape(graph.Transpose(mixed, 0, 2, 1, 3), 0, 0, heads * size); // [B, S, heads · size]
        return (graph.MatMul(joined, Transposed(graph, $"{name}.o_proj.weight")), present);
    }

    private string GatedFeedForward(GraphBuilder graph, string x, string name)
    {
        var gate = graph.MatMul(x, Transposed(graph, $"{name}.gate_proj.weight")); // [B, S, F]
        var up = graph.MatMul(x, Transposed(graph, $"{name}.up_proj.weight"));
        var silu = graph.Multiply(gate, graph.Sigmoid(gate));
        return graph.MatMul(graph.Multiply(silu, up), Transposed(graph, $"{name}.down_proj.weight"));
    }

    private string RmsNorm(GraphBuilder graph, string x, string name)
    {
        var meanSquare = graph.Mean(graph.Multiply(x, x), -1);
        var root = graph.SquareRoot(graph.Add(meanSquare, graph.Scalar((float)_config.RmsNormEpsilon)));
        return graph.Multiply(graph.Divide(x, root), Weight(graph, name));
    }

    private string HeadNorm(GraphBuilder graph, string x, string name) =>
        _config.HasQueryKeyNorm ? RmsNorm(graph, x, $"{name}.weight") : x;

    private string Projection(GraphBuilder graph, string x, string name)
    {
        var product = graph.MatMul(x, Transposed(graph, $"{name}.weight"));
        return _config.HasQueryKeyValueBias ? graph.Add(product, Weight(graph, $"{name}.bias")) : product;
    }

    private string Heads(GraphBuilder graph, string x, int heads) =>
        graph.Transpose(graph.Reshape(x, 0, -1, heads, _config.HeadSize), 0, 2, 1, 3); // [B, heads, S, size]

    // Computed from the positions, not looked up: no table bounds the length.
    private (string Cosine, string Sine) Rotation(GraphBuilder graph, string positions)
    {
        var frequencies = RotaryFrequencies.Of(_config);
        var angles = graph.Multiply(
            graph.Unsqueeze(graph.Cast(positions, ElementType.Float), 1, 3), // [B, 1, S, 1]
            graph.Initializer("rotary_frequencies", [frequencies.Length], frequencies)); // [B, 1, S, size/2]
        var both = graph.Concat(-1, angles, angles); // [B, 1, S, size]
        return (graph.Cosine(both), graph.Sine(both));
    }

    private static string Rotate(GraphBuilder graph, string x, (string Cosine, string Sine) rotation)
    {
        var halves = graph.Halves(x);
        var turned = graph.Concat(-1, graph.Negate(halves[1]), halves[0]);
        return graph.Add(graph.Multiply(x, rotation.Cosine), graph.Multiply(turned, rotation.Sine));
    }

    private string Weight(GraphBuilder graph, string name) =>
        graph.Initializer(name, _weights.Tensors[name].Shape, _weights.Tensors[name].ToArray());

    // Checkpoints hold [out, in]; MatMul wants [in, out].
    private string Transposed(GraphBuilder graph, string name)
    {
        var tensor = _weights.Tensors[name];
        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        var stored = tensor.ToArray();
        var values = new float[stored.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                values[(column * rows) + row] = stored[(row * columns) + column];
        }

        return graph.Initializer($"{name}.transposed", [columns, rows], values);
    }
}
