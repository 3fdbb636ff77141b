using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Export;

/// <summary>The decoder of Qwen2, Qwen3 and Llama in plain loops over doubles, without a cache: slow, and simple enough to be checked by eye.</summary>
internal sealed class ReferenceDecoder(PolicyWeights weights)
{
    private readonly PolicyConfig _config = weights.Config;
    private readonly Dictionary<string, double[][]> _matrices = weights.Tensors
        .ToDictionary(tensor => tensor.Key, tensor => Rows(tensor.Value), StringComparer.Ordinal); // [out][in]; a vector is one row

    /// <summary>The logits after the last token.</summary>
    public double[] Logits(IReadOnlyList<int> tokens)
    {
        var embedding = _matrices["model.embed_tokens.weight"];
        var states = tokens.Select(token => embedding[token]).ToArray(); // [S][H]
        for (var layer = 0; layer < _config.LayerCount; layer++)
            states = Block(states, $"model.layers.{layer}");
        var last = RmsNorm(states[^1], "model.norm.weight");
        return [.. _matrices.GetValueOrDefault("lm_head.weight", embedding).Select(row => Dot(row, last))];
    }

    private double[][] Block(double[][] states, string name)
    {
        var attended = Attention([.. states.Select(state => RmsNorm(state, $"{name}.input_layernorm.weight"))], $"{name}.self_attn");
        var middle = states.Select((state, t) => Sum(state, attended[t])).ToArray();
        var normed = middle.Select(state => RmsNorm(state, $"{name}.post_attention_layernorm.weight")).ToArray();
        return [.. middle.Select((state, t) => Sum(state, FeedForward(normed[t], $"{name}.mlp")))];
    }

    private double[][] Attention(double[][] states, string name)
    {
        var (size, shared) = (_config.HeadSize, _config.HeadCount / _config.KeyValueHeadCount);
        var queries = states.Select((state, t) => Rotate(NormEachHead(Linear(state, $"{name}.q_proj"), $"{name}.q_norm.weight"), t)).ToArray();
        var keys = states.Select((state, t) => Rotate(NormEachHead(Linear(state, $"{name}.k_proj"), $"{name}.k_norm.weight"), t)).ToArray();
        var values = states.Select(state => Linear(state, $"{name}.v_proj")).ToArray();
        var mixed = new double[states.Length][];
        for (var t = 0; t < states.Length; t++)
        {
            mixed[t] = new double[_config.HeadCount * size];
            for (var head = 0; head < _config.HeadCount; head++)
            {
                var query = queries[t][(head * size)..((head + 1) * size)];
                var at = head / shared * size;
                var scores = Enumerable.Range(0, t + 1).Select(s => Dot(query, keys[s].AsSpan(at, size)) / Math.Sqrt(size)).ToArray();
                var highest = scores.Max();
                var total = scores.Sum(score => Math.Exp(score - highest));
                for (var s = 0; s <= t; s++)
                {
                    var share = Math.Exp(scores[s] - highest) / total;
                    for (var i = 0; i < size; i++)
                        mixed[t][(head * size) + i] += share * values[s][at + i];
                }
            }
        }

        return [.. mixed.Select(state => Linear(state, $"{name}.o_proj"))];
    }

    // Component i of a head turns together with component i + size/2.
    private double[] Rotate(double[] x, int position)
    {
        var (size, half) = (_config.HeadSize, _config.HeadSize / 2);
        var turned = new double[x.Length];
        for (var start = 0; start < x.Length; start += size)
        {
            for (var i = 0; i < half; i++)
            {
                var angle = position * Frequency(Math.Pow(_config.RopeTheta, -2.0 * i / size));
                var (a, b) = (x[start + i], x[start + half + i]);
                turned[start + i] = (a * Math.Cos(angle)) - (b * Math.Sin(angle));
                turned[start + half + i] = (b * Math.Cos(angle)) + (a * Math.Sin(angle));
            }
        }

        return turned;
    }

    // By wavelengths, as Llama 3.1's authors write it.
    private double Frequency(double frequency)
    {
        if (_config.RopeScaling is not { } scaling)
            return frequency;
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < scaling.OriginalMaxPositions / scaling.HighFrequencyFactor)
            return frequency;
        if (wavelength > scaling.OriginalMaxPositions / scaling.LowFrequencyFactor)
            return frequency / scaling.Factor;
        var smooth = ((scaling.OriginalMaxPositions / wavelength) - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return ((1 - smooth) * frequency / scaling.Factor) + (smooth * frequency);
    }

    private double[] NormEachHead(double[] x, string name) =>
        _matrices.ContainsKey(name) ? [.. x.Chunk(_config.HeadSize).SelectMany(head => RmsNorm(head, name))] : x;

    private double[] FeedForward(double[] x, string name)
    {
        var up = Linear(x, $"{name}.up_proj");
        var gated = Linear(x, $"{name}.gate_proj").Select((gate, i) => gate / (1 + Math.Exp(-gate)) * up[i]);
        return Linear([.. gated], $"{name}.down_proj");
    }

    private double[] RmsNorm(double[] x, string name)
    {
        var scale = _matrices[name][0];
        var root = Math.Sqrt((Dot(x, x) / x.Length) + _config.RmsNormEpsilon);
        return [.. x.Select((value, i) => value / root * scale[i])];
    }

    private double[] Linear(double[] x, string name)
    {
        var product = _matrices[$"{name}.weight"].Select(row => Dot(row, x)).ToArray();
        return _matrices.TryGetValue($"{name}.bias", out var bias) ? Sum(product, bias[0]) : product;
    }

    private static double[][] Rows(NamedTensor tensor) =>
        [.. tensor.ToArray().Select(value => (double)value).Chunk((int)tensor.Shape[^1])];

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
