using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;
using MLNet.ConvRec.Training.Tests.Policy;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Training;

/// <summary>Whole steps of both stages on the device meta: the host reads where it is meant to, so often, and nowhere else.</summary>
/// <remarks>What is read are zeros, so that lists are drawn evenly and no loss is a loss; how numbers come out is for the tests on the CPU.</remarks>
[Collection<Alone>]
public class MetaTrainingTests
{
    private const int Float = sizeof(float);
    private static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);
    private static readonly ListFactory Lists = new(ToyShop.Catalog, Start.Prompt);

    private static Dictionary<string, PolicyObjective> Objectives { get; } = new[] { PolicyObjective.RankGrpo, PolicyObjective.Grpo, PolicyObjective.Gspo }.ToDictionary(objective => objective.Name);

    private static Dictionary<string, RankGrpoOptions> Variants { get; } = new()
    {
        ["plain"] = new(),
        ["divergence"] = new() { KlCoefficient = 0.1, RatioBound = 3 },
        ["entropy"] = new() { EntropyCoefficient = 0.1, TopP = 0.9, Temperature = 0.8 },
        ["tokens"] = new() { Aggregation = LossAggregation.TokenMean, AdvantageScaling = AdvantageScaling.Batch },
        ["first"] = new() { Rollouts = RolloutDistribution.FirstLine, KlCoefficient = 0.1, Temperature = 0.8 },
        ["free"] = new() { IsCatalogConstrained = false, LengthShaping = new(), MaxListTokens = 40, KlCoefficient = 0.1 },
    };

    public static TheoryData<string, Precision, bool> Policies => new(
        from architecture in SmallPolicies.Configs.Keys
        from precision in Enum.GetValues<Precision>()
        from isAdapted in new[] { false, true }
        select (architecture, precision, isAdapted));

    public static TheoryData<string, string, bool> Updates => new(
        from objective in Objectives.Keys
        from variant in Variants.Keys
        where objective == nameof(PolicyObjective.RankGrpo) || variant != "tokens"
        from isAdapted in new[] { false, true }
        select (objective, variant, isAdapted));

    [Theory]
    [MemberData(nameof(Policies))]
    public void Imitation_ReadsALossAMicroBatch_AndANormAStep(string architecture, Precision precision, bool isAdapted)
    {
        using var network = Network(architecture, precision);
        using var reads = HostTransfer.Count();
        SftExample[] examples = [new([3, 4, 5], [6, 7, 1]), new([8, 9], [10, 11, 1]), new([.. Enumerable.Range(2, 2000)], [4, 1])]; // the long one stands alone
        var options = new SftOptions { MaxSteps = 3, Precision = precision, Lora = isAdapted ? new LoraOptions { Rank = 2 } : null };
        var steps = 0;

        SftLoop.Run(network, examples, options, 1, TimeProvider.System, _ => steps++);

        Assert.Equal(3, steps);
        Assert.Equal([HostPlace.Loss, HostPlace.GradientNorm], reads.Places);
        Assert.Equal((6, 6 * Float), (reads.Count(HostPlace.Loss), reads.Bytes(HostPlace.Loss)));
        Assert.Equal((3, 3 * Float), (reads.Count(HostPlace.GradientNorm), reads.Bytes(HostPlace.GradientNorm)));
    }

    [Theory]
    [MemberData(nameof(Updates))]
    public void AnUpdate_ReadsTwiceAMicroBatch_AndANorm(string objective, string variant, bool isAdapted)
    {
        using var scope = NewDisposeScope();
        using var network = Network("qwen2", Precision.Mixed);
        if (isAdapted)
            network.Adapt(rank: 2, alpha: 4, seed: 1);
        using var reference = Network("qwen2", Precision.Mixed);
        var options = Variants[variant] with { GroupSize = 4 };
        using var reads = HostTransfer.Count();
        var rollouts = Rollouts(Objectives[objective], network, options);
        Assert.Equal([HostPlace.ChoiceLogits], reads.Places);
        using var optimization = new Optimization(network.Trained, options.Beta1, options.Beta2, 0, options.GradientClip);
        var passes = new PolicyUpdate(Objectives[objective], Lists, options.KlCoefficient > 0 ? isAdapted ? network : reference : null, options) { MicroBatchTokens = 1 };

        passes.Accumulate(network, rollouts);
        optimization.Step(1e-3);

        Assert.Equal([HostPlace.ChoiceLogits, HostPlace.Loss, HostPlace.UpdateSums, HostPlace.GradientNorm], reads.Places);
        var parts = rollouts.Prompts.Count; // micro-batches of one dialogue
        Assert.Equal((parts, parts * Float), (reads.Count(HostPlace.Loss), reads.Bytes(HostPlace.Loss)));
        Assert.Equal((parts, parts * 5 * Float), (reads.Count(HostPlace.UpdateSums), reads.Bytes(HostPlace.UpdateSums)));
        Assert.Equal((1, Float), (reads.Count(HostPlace.GradientNorm), reads.Bytes(HostPlace.GradientNorm)));
        Assert.All(optimization.Moments, moment => Assert.Equal((DeviceType.META, ScalarType.Float32), (moment.Moment.device_type, moment.Moment.dtype)));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Reinforcement_OfEveryPolicy_ReadsLogitsToChooseFrom_AndWhatItReports(string architecture, Precision precision, bool isAdapted)
    {
        using var scope = NewDisposeScope();
        using var network = Network(architecture, precision);
        var options = new RankGrpoOptions { Steps = 2, BatchSize = 3, GroupSize = 4, KlCoefficient = 0.1, Precision = precision, Lora = isAdapted ? new LoraOptions { Rank = 2 } : null };
        var validation = new GreedyValidation(Lists, ToyShop.Prompts(Lists), ListDecoding.Joined);
        using var reads = HostTransfer.Count();

        RankGrpoLoop.Run(PolicyObjective.RankGrpo, network, Lists, ToyShop.Prompts(Lists), validation, options, 1, TimeProvider.System, _ => { });

        Assert.Equal([HostPlace.ChoiceLogits, HostPlace.Loss, HostPlace.UpdateSums, HostPlace.GradientNorm, HostPlace.Weights], reads.Places);
        Assert.Equal((2, 2, 2), (reads.Count(HostPlace.Loss), reads.Count(HostPlace.UpdateSums), reads.Count(HostPlace.GradientNorm)));
        var trained = network.Trained.Sum(entry => entry.Parameter.numel());
        Assert.Equal(trained * Float, reads.Bytes(HostPlace.Weights)); // the first are the best: no look found better ones
    }

    [Fact]
    public void ACheckpoint_ReadsEachTensorOnce()
    {
        using var network = Network("qwen3", Precision.Mixed);
        using var optimization = new Optimization(network, 0.9, 0.99, 0, 1);
        using var generator = new Generator(1, network.Device);
        using var reads = HostTransfer.Count();
        var folder = Directory.CreateTempSubdirectory("convrec-meta-");
        try
        {
            new LiveRun(network, optimization, generator).Write(new CheckpointWriter(new DiskFiles(), folder.FullName), best: null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        using var state = generator.get_state();
        var weights = network.parameters().Sum(parameter => parameter.numel());
        Assert.Equal([HostPlace.Checkpoint], reads.Places);
        Assert.Equal((3 * Float * weights) + state.numel(), reads.Bytes(HostPlace.Checkpoint)); // w, m and v
    }

    private static Transformer Network(string architecture, Precision precision) =>
        MetaNetworkTests.Network(SmallPolicies.Configs[architecture] with { VocabularySize = Start.Config.VocabularySize }, precision);

    // What lists drawn evenly earned is made up.
    private static RolloutBatch Rollouts(PolicyObjective objective, Transformer network, RankGrpoOptions options)
    {
        var prompts = ToyShop.Prompts(Lists);
        var sampled = new RolloutSampler(Lists, new(ToyShop.Catalog), options, 1) { Objective = objective }.Sample(network, prompts, step: 0);
        var random = new Random(4);
        double[][][] rewards = [.. prompts.Select(_ => Enumerable.Range(0, options.GroupSize).Select(_ => Enumerable.Range(0, Lists.ListLength).Select(_ => random.NextDouble()).ToArray()).ToArray())];
        return sampled with { Rewards = rewards, Advantages = objective.Advantages(rewards, options.AdvantageScaling) };
    }
}
