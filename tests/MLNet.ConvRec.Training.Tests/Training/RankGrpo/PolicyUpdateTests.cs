using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.RankGrpo;
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
        var options = new RankGrpoOptions { BatchSize = Groups, GroupSize = 4, IsCatalogConstrained = isConstrained, KlCoefficient = kl, MaxListTokens = 150 };
        if (!isConstrained)
            options = options with { LengthShaping = new LengthShaping(), IncludeTruncated = kl > 0 };
        var lists = new ListFactory(ToyShop.Catalog, Start.Prompt);
        using var sampler = ToyShop.Network(Start, scale: 1);
        using var trained = ToyShop.Network(Start, scale: 1.05f); // some ratios are clipped, others not, and k3 isn't 0
        var rollouts = Rollouts(Objectives[name], sampler, lists, options);

        var (whole, ofWhole) = Accumulate(int.MaxValue);
        var (parts, ofParts) = Accumulate(1);

        Assert.Equal(whole, parts, 1e-6);
        Assert.True(ofWhole.Max(Math.Abs) > 1e-4, "there is no gradient to compare");
        for (var i = 0; i < ofWhole.Length; i++)
            Assert.True(Math.Abs(ofWhole[i] - ofParts[i]) <= 1e-6, $"weight {i}: gradient {ofWhole[i]:R} of one micro-batch, {ofParts[i]:R} of eight");

        (double Loss, float[] Gradient) Accumulate(int microBatchTokens)
        {
            using var scope = NewDisposeScope();
            trained.zero_grad();
            var loss = new PolicyUpdate(Objectives[name], lists, kl > 0 ? sampler : null, options) { MicroBatchTokens = microBatchTokens }.Accumulate(trained, rollouts);
            return (loss, [.. trained.parameters().Where(parameter => parameter.grad is not null).SelectMany(parameter => parameter.grad!.reshape(-1).data<float>().ToArray())]);
        }
    }

    // Free lists of a random policy hit nothing: what they earned is made up.
    private static Rollouts Rollouts(PolicyObjective objective, Transformer network, ListFactory lists, RankGrpoOptions options)
    {
        RolloutPrompt[] prompts = [.. ToyRows.Make(Groups).Select(row => lists.Prepare(row.ToDialogue()))];
        var sampled = new RolloutSampler(lists, new(ToyShop.Catalog), options, 1) { Objective = objective }.Sample(network, prompts, step: 0);
        var random = new Random(4);
        double[][][] rewards = [.. prompts.Select(_ => Enumerable.Range(0, options.GroupSize).Select(_ => Enumerable.Range(0, lists.ListLength).Select(_ => random.NextDouble()).ToArray()).ToArray())];
        return sampled with { Rewards = rewards, Advantages = objective.Advantages(rewards, AdvantageScaling.Group) };
    }
}
