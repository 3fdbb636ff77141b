using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy;

[Collection<Alone>]
public class LoraAdaptersTests
{
    private const int Rank = 3;
    private static readonly string[] Targets =
        ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"];

    public static TheoryData<string, Precision> Networks => new()
    {
        { "qwen2", Precision.Full }, { "qwen3", Precision.Full }, { "llama", Precision.Full }, { "llama3", Precision.Full }, { "qwen2", Precision.Mixed }, { "qwen2", Precision.BFloat16 },
    };

    [Theory]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("llama")]
    [InlineData("llama3")]
    public void EveryLinearLayerOfTheDecoder_HasOne_UnderPeftsNames(string architecture)
    {
        using var network = Network(architecture);

        network.Adapt(Rank, 6, seed: 1);

        var config = network.Config;
        int queries = config.HeadCount * config.HeadSize, keys = config.KeyValueHeadCount * config.HeadSize;
        (int In, int Out)[] shapes =
            [(config.HiddenSize, queries), (config.HiddenSize, keys), (config.HiddenSize, keys), (queries, config.HiddenSize), (config.HiddenSize, config.IntermediateSize), (config.HiddenSize, config.IntermediateSize), (config.IntermediateSize, config.HiddenSize)];
        var expected = Enumerable.Range(0, config.LayerCount).SelectMany(layer => Targets.Zip(shapes).SelectMany(target => new[]
        {
            $"model.layers.{layer}.{target.First}.lora_A.weight [{Rank}, {target.Second.In}]", $"model.layers.{layer}.{target.First}.lora_B.weight [{target.Second.Out}, {Rank}]",
        }));
        Assert.Equal(expected.Order(), network.Trained.Select(entry => $"{entry.Name} [{string.Join(", ", entry.Parameter.shape)}]").Order());
        Assert.All(network.Trained, entry => Assert.True(entry.Parameter.requires_grad && entry.Parameter.dtype == ScalarType.Float32));
        Assert.All(network.parameters(), weight => Assert.False(weight.requires_grad));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void AtTheStart_TheNetworkIsTheBase_BitByBit(string architecture, Precision precision)
    {
        using var network = Network(architecture, precision);
        var expected = Logits(network);

        network.Adapt(Rank, 6, seed: 1);

        Assert.Equal(expected, Logits(network));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void TurnedOff_TheNetworkIsTheBase_BitByBit(string architecture, Precision precision)
    {
        using var network = Network(architecture, precision);
        var expected = Logits(network);
        network.Adapt(Rank, 6, seed: 1);
        Disturb(network);

        Assert.NotEqual(expected, Logits(network));
        using (network.Adapters!.Off())
            Assert.Equal(expected, Logits(network));
        Assert.NotEqual(expected, Logits(network));
    }

    [Theory]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    public void MergedWeights_GiveTheAdaptedLogits(string architecture)
    {
        using var network = Network(architecture);
        network.Adapt(Rank, 6, seed: 1);
        Disturb(network);

        var merged = WeightTransfer.Save(network);
        using var plain = new Transformer(merged, CPU);

        var expected = Logits(network);
        Assert.True(expected.Zip(Logits(plain), (x, y) => Math.Abs(x - y)).Max() < 1e-5);
        Assert.Equal(network.named_parameters().Select(entry => entry.name).Order(StringComparer.Ordinal), merged.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.True(expected.Zip(Logits(Network(architecture)), (x, y) => Math.Abs(x - y)).Max() > 1e-2, "the adapters added nothing");
    }

    // dL/dA = (α/r) Bᵀ dL/dW and dL/dB = (α/r) dL/dW Aᵀ, with dL/dW of the network that holds the merged weights.
    [Theory]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    public void Gradients_AreThoseOfTheDenseWeights(string architecture)
    {
        const double Scale = 6.0 / Rank;
        using var network = Network(architecture);
        network.Adapt(Rank, 6, seed: 1);
        Disturb(network);
        using var dense = new Transformer(WeightTransfer.Save(network), CPU);
        using var scope = NewDisposeScope();

        Loss(network).backward();
        Loss(dense).backward();

        var adapters = network.Trained.ToDictionary(entry => entry.Name, entry => entry.Parameter);
        foreach (var (name, weight) in dense.named_parameters().Where(entry => adapters.ContainsKey(Name(entry.name, 'A'))))
        {
            var (a, b) = (adapters[Name(name, 'A')], adapters[Name(name, 'B')]);
            AssertClose(b.t().mm(weight.grad!) * Scale, a.grad!, name);
            AssertClose(weight.grad!.mm(a.t()) * Scale, b.grad!, name);
        }

        Assert.All(network.parameters(), weight => Assert.Null(weight.grad)); // no memory for what stands still
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void RecomputedBlocks_HaveThePlainGradients(string architecture, Precision precision)
    {
        var plain = Gradients(isRecomputed: false);

        Assert.Equal(plain, Gradients(isRecomputed: true));
        Assert.True(plain.Max() > 0);

        float[] Gradients(bool isRecomputed)
        {
            using var network = new Transformer(SmallPolicies.Weights(SmallPolicies.Configs[architecture]), CPU, precision) { IsRecomputed = isRecomputed };
            network.Adapt(Rank, 6, seed: 1);
            Disturb(network);
            using var scope = NewDisposeScope();
            Loss(network).backward();
            return [.. network.Trained.SelectMany(entry => entry.Parameter.grad!.reshape(-1).data<float>().ToArray())];
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RolloutsOfAnAdaptedPolicy_HaveRatiosOf1_AndTheBasesLogProbabilitiesWithAdaptersOff(bool isConstrained)
    {
        var policy = ToyShop.Policy(4);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        using var network = ToyShop.Network(policy);
        using var copy = network.Copy();
        network.Adapt(Rank, 6, seed: 1);
        Disturb(network);
        using var scope = NewDisposeScope();
        var options = new RankGrpoOptions { GroupSize = 3, IsCatalogConstrained = isConstrained, MaxListTokens = 60 };
        var rollouts = new RolloutSampler(lists, new(ToyShop.Catalog), options, 5).Sample(network, ToyShop.Prompts(lists), step: 0);

        var adapted = Values(network);
        var difference = rollouts.Lists.SelectMany((list, i) => list.Decisions.Select(d => Math.Abs(adapted[i, d.Position].item<float>() - list.LogProbabilities[d.Position]))).Max();
        Assert.InRange(difference, 0, 1e-5);
        using (network.Adapters!.Off())
            Assert.Equal(Values(copy).data<float>().ToArray(), Values(network).data<float>().ToArray());
        Assert.NotEqual(Values(copy).data<float>().ToArray(), adapted.data<float>().ToArray());

        Tensor Values(Transformer policy)
        {
            using var noGradient = no_grad();
            return ListLogProbabilities.Of(policy, [.. rollouts.Prompts.Select(prompt => prompt.Prompt)], rollouts.Lists, lists.Trie, 1);
        }
    }

    [Fact]
    public void Begin_FollowsFromTheSeed_WithinKaimingsBound()
    {
        var (first, again, other) = (Begin(1), Begin(1), Begin(2));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static float[] Begin(ulong seed)
        {
            using var network = Network("qwen2");
            network.Adapt(Rank, 6, seed);
            foreach (var (name, matrix) in network.Trained)
            {
                var (most, bound) = (matrix.abs().max().item<float>(), 1 / Math.Sqrt(matrix.shape[1]));
                Assert.True(name.Contains("lora_B", StringComparison.Ordinal) ? most == 0 : most > 0.8 * bound && most <= bound, $"{name}: {most}, bound {bound}");
            }

            return [.. network.Trained.SelectMany(entry => entry.Parameter.data<float>().ToArray())];
        }
    }

    private static string Name(string weight, char matrix) => weight.Replace(".weight", $".lora_{matrix}.weight", StringComparison.Ordinal);

    private static void AssertClose(Tensor expected, Tensor actual, string name) =>
        Assert.True((expected - actual).norm().item<float>() <= 1e-4 * expected.norm().item<float>() && expected.norm().item<float>() > 1e-4, name);

    // B begins at 0: anything else, so that the adapters say something.
    private static void Disturb(Transformer network)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var generator = new Generator(3, CPU);
        foreach (var (_, matrix) in network.Trained)
            matrix.copy_(empty(matrix.shape).uniform_(-0.2, 0.2, generator));
    }

    private static Tensor Loss(Transformer network) => LogitsOf(network).logsumexp(-1).square().sum();

    private static float[] Logits(Transformer network)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return LogitsOf(network).data<float>().ToArray();
    }

    private static Tensor LogitsOf(Transformer network)
    {
        var batch = TokenBatch.PadRight([[5, 6, 7, 8], [9, 10]], CPU);
        return network.Logits(network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance));
    }

    private static Transformer Network(string architecture, Precision precision = Precision.Full)
    {
        TorchRuntime.EnsureLoaded();
        return new Transformer(SmallPolicies.Weights(SmallPolicies.Configs[architecture]), CPU, precision);
    }
}
