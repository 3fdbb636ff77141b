using System.Runtime.InteropServices;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.Sft;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy;

[Collection<Alone>]
public class PrecisionTests
{
    private static readonly PolicyWeights Weights = SmallPolicies.Weights(SmallPolicies.Configs["qwen2"]);

    [Theory]
    [InlineData(Precision.Mixed)]
    [InlineData(Precision.BFloat16)]
    public void ShorterNumbers_GiveNearlyTheSameLogits(Precision precision)
    {
        var (exact, rounded) = (Logits(Precision.Full), Logits(precision));

        var difference = exact.Zip(rounded, (x, y) => Math.Abs(x - y)).Max();
        Assert.InRange(difference, 1e-4, 0.15);
        Assert.True(exact.Max() - exact.Min() > 3);
    }

    [Fact]
    public void Mixed_KeepsWeightsAndGradientsInFloat32()
    {
        using var network = Network(Precision.Mixed);
        using var scope = NewDisposeScope();

        LogSumExp(network).backward();

        Assert.All(network.parameters(), parameter => Assert.Equal((ScalarType.Float32, ScalarType.Float32), (parameter.dtype, parameter.grad!.dtype)));
    }

    [Fact]
    public void BFloat16Weights_AreTheFilesOwnBits()
    {
        var stored = Weights.Tensors.ToDictionary(entry => entry.Key, NamedTensor (entry) => new ShortTensor(entry.Value));
        TorchRuntime.EnsureLoaded();

        using var network = new Transformer(new PolicyWeights(Weights.Config, stored), CPU, Precision.BFloat16);

        foreach (var (name, parameter) in network.named_parameters())
            Assert.Equal(((ShortTensor)stored[name]).Bits, MemoryMarshal.Cast<byte, ushort>(parameter.bytes).ToArray());
    }

    [Theory]
    [InlineData(Precision.Full)]
    [InlineData(Precision.BFloat16)]
    public void FileAndNetworkMayDifferInType(Precision precision)
    {
        var stored = Weights.Tensors.ToDictionary(entry => entry.Key, NamedTensor (entry) => precision == Precision.Full ? new ShortTensor(entry.Value) : entry.Value);
        TorchRuntime.EnsureLoaded();
        using var network = new Transformer(new PolicyWeights(Weights.Config, stored), CPU, precision);

        var saved = WeightTransfer.Save(network);

        foreach (var (name, values) in Weights.Tensors)
            Assert.Equal(Array.ConvertAll(values.ToArray(), ShortTensor.Rounded), saved.Tensors[name].ToArray());
    }

    [Fact]
    public void BFloat16_Trains()
    {
        using var network = Network(Precision.BFloat16);
        var before = WeightTransfer.Save(network);
        SftExample[] examples = [new([3, 4, 5], [6, 7, 1]), new([8, 9], [10, 11, 1])];
        var losses = new List<double>();

        SftLoop.Run(network, examples, new SftOptions { Epochs = 30, LearningRate = 1e-2 }, 1, TimeProvider.System, progress => losses.Add(progress.Loss));

        Assert.True(losses[^1] < losses[0] / 2, $"the loss went from {losses[0]} to {losses[^1]}");
        Assert.NotEqual(before.Tensors["model.norm.weight"].ToArray(), WeightTransfer.Save(network).Tensors["model.norm.weight"].ToArray());
    }

    [Fact]
    public void Copy_IsEqualAndApart()
    {
        using var network = Network(Precision.BFloat16);
        using var copy = network.Copy();
        using (no_grad())
            network.parameters().First().zero_();

        Assert.Equal(Precision.BFloat16, copy.Precision);
        Assert.Equal(
            Array.ConvertAll(Weights.Tensors["model.embed_tokens.weight"].ToArray(), ShortTensor.Rounded),
            WeightTransfer.Save(copy).Tensors["model.embed_tokens.weight"].ToArray());
    }

    private static double[] Logits(Precision precision)
    {
        using var network = Network(precision);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var batch = TokenBatch.PadRight([[5, 6, 7, 8]], CPU);
        var logits = network.Logits(network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance));
        Assert.Equal(ScalarType.Float32, logits.dtype);
        return Array.ConvertAll(logits.data<float>().ToArray(), value => (double)value);
    }

    private static Tensor LogSumExp(Transformer network)
    {
        var batch = TokenBatch.PadRight([[5, 6, 7, 8]], CPU);
        return network.Logits(network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance)).logsumexp(-1).sum();
    }

    private static Transformer Network(Precision precision)
    {
        TorchRuntime.EnsureLoaded();
        return new Transformer(Weights, CPU, precision);
    }

    /// <summary>Float32 values rounded to the nearest bfloat16, ties to even.</summary>
    private sealed class ShortTensor(NamedTensor values) : NamedTensor(values.Shape, WeightType.BFloat16)
    {
        public ushort[] Bits { get; } = Array.ConvertAll(values.ToArray(), Round);

        public static float Rounded(float value) => BitConverter.UInt32BitsToSingle((uint)Round(value) << 16);

        public override void ReadBytes(long start, Span<byte> bytes) => MemoryMarshal.AsBytes(Bits.AsSpan((int)start))[..bytes.Length].CopyTo(bytes);

        public override void Read(long start, Span<float> target)
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = BitConverter.UInt32BitsToSingle((uint)Bits[start + i] << 16);
        }

        private static ushort Round(float value)
        {
            var bits = BitConverter.SingleToUInt32Bits(value);
            return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }
}
