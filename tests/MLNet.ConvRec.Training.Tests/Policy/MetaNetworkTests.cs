using System.Runtime.InteropServices;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.LogProbabilities;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy;

/// <summary>The networks on libtorch's device meta, where nothing has numbers: what reads one, or mixes in a tensor of the host, fails.</summary>
/// <remarks>
/// Not everything fails: matrix products, <c>cat</c>, <c>gather</c> and <c>scatter_add</c> take a tensor of the host beside one of meta in silence, and
/// everything takes one number of the host, as on a card. That none is made is seen in the compiled code (<c>DeviceTests</c>).
/// </remarks>
[Collection<Alone>]
public class MetaNetworkTests
{
    public static Device Meta { get; } = new(DeviceType.META);

    public static TheoryData<string, Precision, bool> Networks => new(
        from architecture in SmallPolicies.Configs.Keys
        from precision in Enum.GetValues<Precision>()
        from isRecomputed in new[] { false, true }
        select (architecture, precision, isRecomputed));

    [Fact]
    public void WhatNeedsNumbers_Fails()
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        var (x, onHost) = (zeros([3, 3], device: Meta), ones([3, 3], device: CPU));
        Action[] mistakes =
        [
            () => x.sum().item<float>(), () => x.cpu(), () => x.data<float>().ToArray(), () => onHost.copy_(x), () => x.Plus(onHost), () => x.mul(onHost), () => x.AtMost(onHost),
            () => x.Rows(zeros(2, ScalarType.Int64, CPU)), () => GroupedAttention.Masked(x.view(1, 1, 3, 3), x.view(1, 1, 3, 3), x.view(1, 1, 3, 3), onHost.view(1, 1, 3, 3)),
            () => nn.utils.clip_grad_norm_([new TorchSharp.Modules.Parameter(x) { grad = x }], 1), () => HostTransfer.Number(x.sum(), HostPlace.Loss),
        ];

        Assert.All(mistakes, mistake => Assert.True(Record.Exception(mistake) is ExternalException or InvalidOperationException));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void ForwardAndBackward_StayOnTheDevice(string architecture, Precision precision, bool isRecomputed)
    {
        using var network = Network(SmallPolicies.Configs[architecture], precision, isRecomputed);
        using var scope = NewDisposeScope();
        using var reads = HostTransfer.Count();
        var batch = TokenBatch.PadRight([[5, 6, 7, 8], [9, 10]], Meta);
        TokenChoice[] choices = [new(1, 7, default, []), new(2, 8, new ArraySegment<int>([3, 8, 20]), [20])];

        var hidden = network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance); // [2, 4, H]
        var (logits, rows) = (network.Logits(hidden), hidden.reshape(8, -1));
        (TokenLogProbabilities.Of(network, rows, choices, 0.7).sum() + TokenEntropies.Of(network, rows, choices, 0.7).sum() + logits.sum()).backward();

        Assert.Equal([2, 4, network.Config.VocabularySize], logits.shape);
        Assert.Equal((DeviceType.META, ScalarType.Float32), (logits.device_type, logits.dtype));
        var weights = precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32; // masters: float32 where products alone are bfloat16
        Assert.All(network.parameters(), parameter => Assert.Equal((DeviceType.META, weights), (parameter.grad!.device_type, parameter.dtype)));
        Assert.Equal(precision == Precision.Full ? ScalarType.Float32 : ScalarType.BFloat16, network.Format.Factors);
        Assert.Empty(reads.Places);
    }

    [Theory]
    [InlineData("qwen2", 896, 24, 14, 2, 4864, 151_936, 494_032_768)]
    [InlineData("qwen3", 1024, 28, 16, 8, 3072, 151_936, 596_049_920)]
    [InlineData("llama", 2048, 16, 32, 8, 8192, 128_256, 1_235_814_400)]
    public void BackbonesOfFullSize_FitTheirShapes(string architecture, int hidden, int layers, int heads, int keyValueHeads, int intermediate, int vocabulary, long weights)
    {
        var config = SmallPolicies.Configs[architecture] with
        {
            HiddenSize = hidden,
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadDimension = architecture == "qwen3" ? 128 : null,
            IntermediateSize = intermediate,
            VocabularySize = vocabulary,
        };
        using var network = Network(config, Precision.Mixed, isRecomputed: true);
        using var scope = NewDisposeScope();
        var batch = TokenBatch.PadRight([[.. Enumerable.Range(0, 512)], [.. Enumerable.Range(7, 300)]], Meta);

        TokenLogProbabilities.Of(network, network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance).reshape(1024, -1), [new(99, 7, default, [])], 1).sum().backward();

        Assert.Equal(weights, network.parameters().Sum(parameter => parameter.numel()));
        Assert.All(network.parameters(), parameter => Assert.Equal(parameter.shape, parameter.grad!.shape));
    }

    /// <summary>Returns a network without values.</summary>
    internal static Transformer Network(PolicyConfig config, Precision precision, bool isRecomputed = false)
    {
        TorchRuntime.EnsureLoaded();
        return new Transformer(config, new NumberFormat(precision, Meta)) { IsRecomputed = isRecomputed };
    }
}
