using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>Weights that nobody holds: made when they are read, norms 1 and the rest of Qwen2's spread. A checkpoint of any size without a file.</summary>
internal sealed class RandomTensor(string name, long[] shape, ulong stream) : NamedTensor(shape, WeightType.Float32)
{
    private const float Spread = 0.02f * 1.7320508f; // a uniform distribution of standard deviation 0.02

    /// <summary>All weights of a shape.</summary>
    public static PolicyWeights Weights(PolicyConfig config) => new(
        config,
        PolicyShapes.Of(config).Select((tensor, i) => (tensor.Name, Values: (NamedTensor)new RandomTensor(tensor.Name, tensor.Shape, (ulong)i)))
            .ToDictionary(tensor => tensor.Name, tensor => tensor.Values));

    public override void ReadBytes(long start, Span<byte> bytes) => Read(start, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes));

    public override void Read(long start, Span<float> values)
    {
        if (name.EndsWith("norm.weight", StringComparison.Ordinal))
        {
            values.Fill(1);
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            var bits = ((ulong)(start + i) + (stream << 40) + 1) * 0x9E3779B97F4A7C15;
            bits = (bits ^ (bits >> 32)) * 0xD6E8FEB86659FD93;
            values[i] = (((bits >> 40) * (2f / (1 << 24))) - 1) * Spread;
        }
    }
}
