using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Policy;

public sealed class PolicyInitializationTests
{
    private static readonly PolicyConfig Config = TinyPolicy.World(400, 399);

    [Fact]
    public void Seed_GivesTheSameWeightsOnEveryMachine()
    {
        Assert.Equal("828ACB6C8401AC10", Hash(PolicyInitialization.Random(Config, 1)));
        Assert.NotEqual(Hash(PolicyInitialization.Random(Config, 1)), Hash(PolicyInitialization.Random(Config, 2)));
    }

    [Fact]
    public void Weights_HaveTheScaleOfTheirKind()
    {
        var tensors = PolicyInitialization.Random(Config, 5).Tensors;

        Assert.All(tensors.Values, tensor => Assert.Equal(tensor.Count, Size(tensor.Shape)));
        Assert.All(Of(".bias"), tensor => Assert.All(tensor.ToArray(), value => Assert.Equal(0, value)));
        Assert.All(Of("norm.weight"), tensor => Assert.All(tensor.ToArray(), value => Assert.Equal(1, value)));
        Assert.Equal(0.02, Deviation("model.embed_tokens.weight"), 0.0005);
        Assert.Equal(0.02, Deviation("model.layers.1.mlp.up_proj.weight"), 0.0005);
        Assert.Equal(0.01, Deviation("model.layers.1.mlp.down_proj.weight"), 0.00025);
        Assert.Equal(0.01, Deviation("model.layers.0.self_attn.o_proj.weight"), 0.00025);
        Assert.NotEqual(tensors["model.layers.0.self_attn.k_proj.weight"].ToArray(), tensors["model.layers.0.self_attn.v_proj.weight"].ToArray());

        NamedTensor[] Of(string kind) =>
            [.. tensors.Where(entry => entry.Key.EndsWith(kind, StringComparison.Ordinal)).Select(entry => entry.Value)];

        double Deviation(string name) => Math.Sqrt(tensors[name].ToArray().Average(value => (double)value * value));
    }

    [Fact]
    public void Presets_HaveTheWeightsTheySay()
    {
        Assert.InRange(Count(TinyPolicy.World(1000, 999)), 270_000, 330_000);
        Assert.InRange(Count(TinyPolicy.Real(12_288, 12_287)), 1_000_000, 4_000_000);
        Assert.Equal((12_288, 12_287), (TinyPolicy.Real(12_288, 12_287).VocabularySize, TinyPolicy.Real(12_288, 12_287).EndOfTurnTokenId));

        static long Count(PolicyConfig config) => PolicyShapes.Of(config).Sum(weight => Size(weight.Shape));
    }

    [Fact]
    public void Names_AreThoseOfAQwen2Checkpoint()
    {
        var names = PolicyShapes.Of(Config).Select(weight => $"{weight.Name} [{string.Join(", ", weight.Shape)}]");

        Assert.Equal(2 + (2 * 12), names.Count());
        Assert.Contains("model.layers.1.self_attn.k_proj.weight [48, 96]", names);
        Assert.Contains("model.layers.1.self_attn.q_proj.bias [96]", names);
        Assert.Contains("model.layers.0.mlp.down_proj.weight [96, 256]", names);
        Assert.Contains("model.embed_tokens.weight [400, 96]", names);
    }

    private static long Size(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);

    private static string Hash(PolicyWeights weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, _) in PolicyShapes.Of(weights.Config))
            hash.AppendData(MemoryMarshal.AsBytes(weights.Tensors[name].ToArray().AsSpan()));
        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }
}
