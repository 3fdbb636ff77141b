using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo.Objective;

[Collection<Alone>]
public class LengthShapingTests
{
    private static readonly LengthShaping Shaping = new() { PenaltyPastEnd = 0.1, PenaltyOfEarlyEnd = 0.2, BonusOfExactEnd = 0.3 };

    [Fact]
    public void EndAfterTheLastLine_Gains() => Assert.Equal([0, 0, 0, 0.3], Shaping.Of(List([1, 1, 2, 0], lines: 2), listLength: 2));

    [Fact]
    public void EndBeforeTheLastLine_Loses() => Assert.Equal([0, 0, -0.2], Shaping.Of(List([1, 1, 0], lines: 1), listLength: 2));

    [Fact]
    public void EndOfAnEmptyList_Loses() => Assert.Equal([-0.2], Shaping.Of(List([0], lines: 0), listLength: 2));

    [Fact]
    public void TokensPastTheLastLine_Lose_AndEndingThereIsNoFault() =>
        Assert.Equal([0, 0, -0.1, -0.1, 0], Shaping.Of(List([1, 2, 0, 0, 0], lines: 2), listLength: 2));

    [Fact]
    public void ListThatWasCutOff_HasNoEnd()
    {
        Assert.Equal([0, 0, -0.1], Shaping.Of(List([1, 2, 0], lines: 2) with { IsTruncated = true }, listLength: 2));
        Assert.Equal([0, 0, 0], Shaping.Of(List([1, 1, 1], lines: 1) with { IsTruncated = true }, listLength: 2));
    }

    // Ratios of the two shaped tokens: e^0.2, clipped to 1.08 since A > 0, and e^0.2 unclipped since A < 0.
    [Theory]
    [InlineData(LossAggregation.RankMean, -(0.3 * 1.08 - 0.2 * 1.2214027581601699) / (2 * 2))]
    [InlineData(LossAggregation.TokenMean, -(0.3 * 1.08 / 3 - 0.2 * 1.2214027581601699 / 2) / 2)]
    public void Loss_IsThatOfTheShapedTokensAlone(LossAggregation aggregation, double expected)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        var old = zeros(2, 4);
        var ranks = tensor(new long[,] { { 1, 1, 2, 0 }, { 1, 1, 0, 0 } });
        var advantages = tensor(new float[,] { { 0, 0, 0, 0.3f }, { 0, 0, -0.2f, 0 } });

        var loss = LengthShapingLoss.Of(new ListTokens(old + 0.2f, old, null, ranks), advantages, new LossTerms(0.06, 0.08, 0, aggregation, 2, 2));

        Assert.Equal(expected, loss.item<float>(), 1e-7);
    }

    [Fact]
    public void FreeLists_KnowWhetherTheyWereCutOff()
    {
        var policy = ToyShop.Policy(5);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        using var network = new Transformer(policy.Weights, CPU);
        var options = new RankGrpoOptions { IsCatalogConstrained = false, MaxListTokens = 150, GroupSize = 16 };

        var sampled = new RolloutSampler(lists, new(ToyShop.Catalog), options, 1).Sample(network, ToyShop.Prompts(lists), step: 0).Lists;

        Assert.All(sampled, list => Assert.Equal(list.Tokens[^1] != policy.Prompt.Tokenizer.EndOfTurn, list.IsTruncated));
        Assert.Contains(sampled, list => list.IsTruncated);
        Assert.Contains(sampled, list => !list.IsTruncated);
    }

    private static SampledList List(int[] ranks, int lines) => new()
    {
        Tokens = new int[ranks.Length],
        Ranks = ranks,
        LogProbabilities = new float[ranks.Length],
        Decisions = [],
        Items = new int[lines],
        Scores = new float[lines],
    };
}
