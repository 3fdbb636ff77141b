using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo;

[Collection<Alone>]
public class PolicyUpdateTests
{
    private const int Groups = 8;
    private static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);

    private static Dictionary<string, PolicyObjective> Objectives { get; } = new[] { PolicyObjective.RankGrpo, PolicyObjective.Grpo, PolicyObjective.Gspo }.ToDictionary(objective => objective.Name);

    public static TheoryData<string, bool, double> Cases => new(
        from name in Objectives.Keys
        from isConstrained in new[] { true, false }
        from kl in new[] { 0, 0.1 }
        select (name, isConstrained, kl));

    [Theory]
    [MemberData(nameof(Cases))]
    public void MicroBatchesOfOneGroup_HaveTheLossAndGradientOfAllEight(string name, bool isConstrained, double kl)
    {
        var options = new RankGrpoOptions { BatchSize = Groups, GroupSize = 4, IsCatalogConstrained = isConstrained, KlCoefficient = kl, MaxListTokens = 150, ClipLow = 1e-4, ClipHigh = 2e-4 };
        if (isConstrained)
            options = options with { EntropyCoefficient = kl / 2 };
        else
            options = options with { LengthShaping = new LengthShaping(), IncludeTruncated = kl > 0 };
        AssertMicroBatchesChangeNothing(name, kl, options);
    }

    private static void AssertMicroBatchesChangeNothing(string name, double kl, RankGrpoOptions options)
    {
        var lists = new ListFactory(ToyShop.Catalog, Start.Prompt);
        using var sampler = ToyShop.Network(Start, scale: 1);
        using var trained = ToyShop.Network(Start, scale: 1.05f); // some ratios are clipped, others not, and k3 isn't 0
        var rollouts = Rollouts(Objectives[name], sampler, lists, options);

        var (whole, ofWhole) = Accumulate(int.MaxValue);
        var (parts, ofParts) = Accumulate(1);

        Assert.Equal(whole.Loss, parts.Loss, 1e-6);
        Assert.Equal(whole.Statistics.ClippedLow, parts.Statistics.ClippedLow, 1e-3); // a ratio at the very edge may fall on either side
        Assert.Equal(whole.Statistics.ClippedHigh, parts.Statistics.ClippedHigh, 1e-3);
        Assert.InRange(whole.Statistics.ClippedLow + whole.Statistics.ClippedHigh, 1e-3, 0.999);
        Assert.Equal(kl > 0, whole.Statistics.Divergence > 1e-9);
        Assert.Equal(whole.Statistics.Divergence ?? 0, parts.Statistics.Divergence ?? 0, 1e-9);
        Assert.True(ofWhole.Max(Math.Abs) > 1e-4, "there is no gradient to compare");
        for (var i = 0; i < ofWhole.Length; i++)
            Assert.True(Math.Abs(ofWhole[i] - ofParts[i]) <= 1e-6, $"weight {i}: gradient {ofWhole[i]:R} of one micro-batch, {ofParts[i]:R} of eight");

        (UpdatePass Pass, float[] Gradient) Accumulate(int microBatchTokens)
        {
            using var scope = NewDisposeScope();
            trained.zero_grad();
            var pass = new PolicyUpdate(Objectives[name], lists, kl > 0 ? sampler : null, options) { MicroBatchTokens = microBatchTokens }.Accumulate(trained, rollouts);
            return (pass, [.. trained.parameters().Where(parameter => parameter.grad is not null).SelectMany(parameter => parameter.grad!.reshape(-1).data<float>().ToArray())]);
        }
    }

    [Theory]
    [InlineData("RankGrpo", 0)]
    [InlineData("RankGrpo", 0.1)]
    [InlineData("Grpo", 0)]
    [InlineData("Gspo", 0)]
    public void MicroBatchesOfListsDrawnFromTheFirstLine_HaveTheLossAndGradientOfAll(string name, double kl)
    {
        var options = new RankGrpoOptions { BatchSize = Groups, GroupSize = 4, KlCoefficient = kl, ClipLow = 1e-4, ClipHigh = 2e-4, Rollouts = RolloutDistribution.FirstLine };
        AssertMicroBatchesChangeNothing(name, kl, options);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.7, 0.8)]
    public void EntropyBonus_IsTheEntropyOfWhatWasSampled_AndRaisesIt(double temperature, double topP)
    {
        var options = new RankGrpoOptions { BatchSize = Groups, GroupSize = 16, EntropyCoefficient = 0.5, Temperature = temperature, TopP = topP };
        var lists = new ListFactory(ToyShop.Catalog, Start.Prompt);
        using var network = ToyShop.Network(Start);
        var rollouts = Rollouts(PolicyObjective.RankGrpo, network, lists, options);
        rollouts = rollouts with { Advantages = Array.ConvertAll(rollouts.Advantages, group => Array.ConvertAll(group, list => new double[list.Length])) };
        var update = new PolicyUpdate(PolicyObjective.RankGrpo, lists, null, options);
        using var optimization = new Optimization(network, 0.9, 0.99, 0, 1);

        var losses = new List<double>();
        for (var step = 0; step < 5; step++)
        {
            optimization.ZeroGradient();
            losses.Add(update.Accumulate(network, rollouts).Loss);
            optimization.Step(1e-4);
        }

        // Without advantages the loss is −0.5 times the mean entropy; what the sampler recorded estimates it from the 128 lists alone.
        Assert.InRange(rollouts.Entropy / (-losses[0] / 0.5), 0.93, 1.07);
        Assert.True(losses.Zip(losses.Skip(1)).All(pair => pair.Second < pair.First), string.Join(", ", losses));
    }

    // Free lists of a random policy hit nothing: what they earned is made up.
    private static RolloutBatch Rollouts(PolicyObjective objective, Transformer network, ListFactory lists, RankGrpoOptions options)
    {
        RolloutPrompt[] prompts = [.. ToyRows.Make(Groups).Select(row => lists.Prepare(row.ToDialogue()))];
        var sampled = new RolloutSampler(lists, new(ToyShop.Catalog), options, 1) { Objective = objective }.Sample(network, prompts, step: 0);
        var random = new Random(4);
        double[][][] rewards = [.. prompts.Select(_ => Enumerable.Range(0, options.GroupSize).Select(_ => Enumerable.Range(0, lists.ListLength).Select(_ => random.NextDouble()).ToArray()).ToArray())];
        return sampled with { Rewards = rewards, Advantages = objective.Advantages(rewards, AdvantageScaling.Group) };
    }
}
