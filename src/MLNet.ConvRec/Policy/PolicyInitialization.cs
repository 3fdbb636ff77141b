namespace MLNet.ConvRec.Policy;

/// <summary>Weights to start from when there is no backbone.</summary>
internal static class PolicyInitialization
{
    // GPT-2's and Qwen2's initializer_range.
    private const double StandardDeviation = 0.02;

    /// <summary>Draws weights: normal matrices, biases 0, norms 1. A seed gives the same weights on every machine.</summary>
    /// <param name="config">The shape of the network.</param>
    /// <param name="seed">The seed.</param>
    public static PolicyWeights Random(PolicyConfig config, ulong seed)
    {
        var shapes = PolicyShapes.Of(config).ToArray();
        var tensors = new Dictionary<string, NamedTensor>(shapes.Length, StringComparer.Ordinal);
        for (var stream = 0; stream < shapes.Length; stream++)
        {
            var (name, shape) = shapes[stream];
            tensors.Add(name, new ArrayTensor(shape, Draw(name, shape, config, seed, (ulong)stream)));
        }

        return new PolicyWeights(config, tensors);
    }

    private static float[] Draw(string name, long[] shape, PolicyConfig config, ulong seed, ulong stream)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => checked(product * size))];
        if (name.EndsWith("norm.weight", StringComparison.Ordinal))
            Array.Fill(values, 1);
        if (shape.Length < 2)
            return values;
        // Each block adds twice to the residual stream; so scaled, its variance doesn't grow with depth (GPT-2).
        var isResidual = name.EndsWith("o_proj.weight", StringComparison.Ordinal)
            || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
        var deviation = isResidual ? StandardDeviation / Math.Sqrt(2.0 * config.LayerCount) : StandardDeviation;
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(deviation * CounterRandom.Normal(seed, stream, (ulong)i));
        return values;
    }
}
