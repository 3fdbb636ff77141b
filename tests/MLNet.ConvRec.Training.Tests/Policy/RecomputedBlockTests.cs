using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy;

[Collection<Alone>]
public class RecomputedBlockTests
{
    private static readonly PolicyModel Policy = ToyShop.Policy(4);

    public static TheoryData<string, Precision> Architectures => new()
    {
        { "qwen2", Precision.Full }, { "qwen3", Precision.Full }, { "llama3", Precision.Full }, { "qwen2", Precision.Mixed }, { "qwen2", Precision.BFloat16 },
    };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Gradients_AreBitwiseThePlainOnes(string architecture, Precision precision)
    {
        var weights = SmallPolicies.Weights(SmallPolicies.Configs[architecture]);

        var plain = Gradients(weights, precision, isRecomputed: false, Loss);
        var recomputed = Gradients(weights, precision, isRecomputed: true, Loss);

        Assert.Equal(plain, recomputed);
        Assert.Contains(plain, value => value != 0);

        static Tensor Loss(Transformer network)
        {
            var batch = TokenBatch.PadRight([[5, 6, 7, 8], [9, 10]], CPU);
            return network.Logits(network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance)).logsumexp(-1).square().sum();
        }
    }

    [Fact]
    public void ListsAfterASharedPrompt_HaveThePlainGradientsToo()
    {
        var lists = new ListFactory(ToyShop.Catalog, Policy.Prompt);
        using var sampler = ToyShop.Network(Policy);
        var rollouts = new RolloutSampler(lists, new(ToyShop.Catalog), new RankGrpoOptions { GroupSize = 3 }, 5).Sample(sampler, ToyShop.Prompts(lists), step: 0);

        var plain = Gradients(Policy.Weights, Precision.Full, isRecomputed: false, Loss);
        var recomputed = Gradients(Policy.Weights, Precision.Full, isRecomputed: true, Loss);

        Assert.Equal(plain, recomputed);

        Tensor Loss(Transformer network) =>
            ListLogProbabilities.Of(network, [.. rollouts.Prompts.Select(prompt => prompt.Prompt)], rollouts.Lists, lists.Trie, 1).square().sum();
    }

    [Fact]
    public void Steps_LeaveNoTensorBehind()
    {
        var lists = new ListFactory(ToyShop.Catalog, Policy.Prompt);
        using var network = new Transformer(Policy.Weights, CPU) { IsRecomputed = true };
        var rollouts = new RolloutSampler(lists, new(ToyShop.Catalog), new RankGrpoOptions { GroupSize = 3 }, 5).Sample(network, ToyShop.Prompts(lists), step: 0);
        Step();
        var before = Alone.LiveTensors();

        for (var step = 0; step < 5; step++)
            Step();

        Assert.Equal(before, Tensor.TotalCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            ListLogProbabilities.Of(network, [.. rollouts.Prompts.Select(prompt => prompt.Prompt)], rollouts.Lists, lists.Trie, 1).sum().backward();
        }
    }

    private static float[] Gradients(PolicyWeights weights, Precision precision, bool isRecomputed, Func<Transformer, Tensor> loss)
    {
        TorchRuntime.EnsureLoaded();
        using var network = new Transformer(weights, CPU, precision) { IsRecomputed = isRecomputed };
        using var scope = NewDisposeScope();
        loss(network).backward();
        return [.. network.parameters().SelectMany(parameter => parameter.grad!.to(ScalarType.Float32).reshape(-1).data<float>().ToArray())];
    }
}
