using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo.Rollouts;

[Collection<Alone>]
public class RolloutSummaryTests
{
    private static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);

    // Two groups of two lists of three lines; the second dialogue has two true items.
    private static RolloutBatch ByHand { get; } = Made(
        [List(7, false, 4, 4, -1), List(5, true, 2), List(9, false, 1, 2, 3), List(9, false, 3, 2, 1)],
        [[true, false, false], [false], [true, true, false], [true, true, false]],
        [[[1, 0, 0], [0, 0, 0]], [[1, 1, 0], [1, 1, 0]]]);

    [Fact]
    public void RolloutsMadeByHand_HaveTheNumbersCountedByHand()
    {
        var summary = RolloutSummary.Of(ByHand, 3, isOfLists: false);

        Assert.Equal((1 + 0 + 2 + 2) / 4.0, summary.Reward, 12);
        Assert.Equal(Math.Sqrt(0.5) / 2, summary.RewardDeviation, 12); // of 1 and 0, and of 2 and 2
        Assert.Equal(0.5, summary.ZeroDeviationShare);
        Assert.Equal((1 + 0 + 1 + 1) / 4.0, summary.Recall, 12);
        Assert.Equal([0.75, 0.5, 0], summary.RelevanceByRank);
        Assert.Equal(9 / 12.0, summary.InCatalogShare, 12); // a line outside the catalog, and two that were not written
        Assert.Equal(1 / 12.0, summary.RepeatShare, 12);
        Assert.Equal(new LengthStatistics(7.5, 5, 9), summary.Length);
        Assert.Equal(0.25, summary.TruncatedShare);
    }

    [Fact]
    public void ListsRewardedAsAWhole_EarnTheirDcg()
    {
        var summary = RolloutSummary.Of(ByHand, 3, isOfLists: true);

        var both = 1 + (1 / Math.Log2(3));
        Assert.Equal((1 + 0 + both + both) / 4, summary.Reward, 12);
        Assert.Equal(0.5, summary.ZeroDeviationShare);
    }

    [Fact]
    public void HitsAtOtherRanks_TeachTheRanks_ThoughTheSumsAreEqual()
    {
        var rollouts = Made([List(3, false, 1, 2, 3), List(3, false, 2, 1, 3)], [[true, false, false], [false, true, false]], [[[1, 0, 0], [0, 1, 0]]]);

        Assert.Equal(0, RolloutSummary.Of(rollouts, 3, isOfLists: false).ZeroDeviationShare);
        Assert.Equal(0, RolloutSummary.Of(rollouts, 3, isOfLists: false).RewardDeviation);
    }

    [Fact]
    public void UnderTheCatalogMask_EveryLineIsOfTheCatalog_AndNoneRepeats()
    {
        var (rollouts, summary) = Sampled(new RankGrpoOptions { GroupSize = 4 });

        Assert.Equal(1, summary.InCatalogShare);
        Assert.Equal(0, summary.RepeatShare);
        Assert.Equal(0, summary.TruncatedShare);
        Assert.Equal(rollouts.Recall, summary.RelevanceByRank.Sum(), 12); // every toy dialogue has one true item
        Assert.InRange(summary.Length.Mean, summary.Length.Min, summary.Length.Max);
        Assert.InRange(summary.ZeroDeviationShare, 0.01, 0.99);
    }

    [Fact]
    public void ARandomPolicyThatWritesFreely_NamesNoItem_AndIsCutOff()
    {
        var (rollouts, summary) = Sampled(new RankGrpoOptions { GroupSize = 4, IsCatalogConstrained = false, MaxListTokens = 40 });

        Assert.Equal(0, summary.InCatalogShare);
        Assert.Equal(0, summary.Reward);
        Assert.Equal(1, summary.ZeroDeviationShare);
        Assert.Equal(40, summary.Length.Max);
        Assert.Equal(rollouts.Lists.Count(list => list.Tokens.Length == 40 && list.Tokens[^1] != Start.Prompt.Tokenizer.EndOfTurn) / (double)rollouts.Lists.Length, summary.TruncatedShare, 12);
        Assert.True(summary.TruncatedShare > 0);
    }

    [Fact]
    public void Completions_AreTheFirstGroupsLists_AsText()
    {
        var lists = new ListFactory(ToyShop.Catalog, Start.Prompt);
        var (rollouts, _) = Sampled(new RankGrpoOptions { GroupSize = 4 });

        var shown = Completions.Of(rollouts, lists);

        Assert.Equal(4, shown.Length);
        Assert.All(shown, list => Assert.Equal("toy-0-1", list.DialogueId));
        Assert.All(shown, list => Assert.Equal(Start.Prompt.Render(ToyRows.Make(1).Single().ToDialogue()), list.Prompt));
        for (var i = 0; i < shown.Length; i++)
        {
            Assert.Equal(
                string.Concat(rollouts.Lists[i].Items.Select(item => $"{ListLine.Format(ToyShop.Catalog.Items[item].Title, ToyShop.Catalog.Items[item].Year)}\n")),
                shown[i].Completion);
            Assert.Equal(rollouts.Rewards[0][i], shown[i].Rewards);
            Assert.Equal(rollouts.Advantages[0][i], shown[i].Advantages);
            Assert.Equal(["Arrival (2016)"], shown[i].GroundTruth);
        }
    }

    [Theory]
    [InlineData(3, "1 3 6 9")]
    [InlineData(1, "1 2 3 4 5 6 7 8 9")]
    [InlineData(0, "")]
    [InlineData(null, "")]
    public void Completions_AreDueAtTheFirstStep_AndEverySoMany(int? interval, string steps) =>
        Assert.Equal(steps, string.Join(' ', Enumerable.Range(1, 9).Where(step => Completions.AreDue(step, interval))));

    private static (RolloutBatch Rollouts, RolloutStatistics Summary) Sampled(RankGrpoOptions options)
    {
        var lists = new ListFactory(ToyShop.Catalog, Start.Prompt);
        using var network = new Transformer(Start.Weights, TorchSharp.torch.CPU);
        var rollouts = new RolloutSampler(lists, new(ToyShop.Catalog), options, 1).Sample(network, [.. ToyRows.Make(12).Select(row => lists.Prepare(row.ToDialogue()))], step: 0);
        return (rollouts, RolloutSummary.Of(rollouts, lists.ListLength, isOfLists: false));
    }

    private static RolloutBatch Made(SampledList[] lists, bool[][] hits, double[][][] rewards) => new(
        [.. rewards.Select((_, group) => new RolloutPrompt($"{group}", [1], [], [], [.. Enumerable.Range(0, group + 1).Select(item => new ItemReference($"true {item}", 2000))]))],
        lists,
        hits,
        rewards,
        RankAdvantage.Of(rewards, AdvantageScaling.Group));

    private static SampledList List(int tokens, bool isTruncated, params int[] items) => new()
    {
        Tokens = new int[tokens],
        Ranks = new int[tokens],
        LogProbabilities = new float[tokens],
        Decisions = [],
        IsTruncated = isTruncated,
        Items = items,
        Scores = new float[items.Length],
    };
}
