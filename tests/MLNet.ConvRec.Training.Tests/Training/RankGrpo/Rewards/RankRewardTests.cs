using CsCheck;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Training.RankGrpo;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo.Rewards;

public class RankRewardTests
{
    [Fact]
    public void RecallAtK_EqualsTheSumOfTheFirstRewardsOverTheTruths() =>
        Gen.Select(Gen.Bool.Array[1, 20], Gen.Int[0, 3], Gen.Int[1, 20]).Sample((hits, missed, k) =>
        {
            var truths = Math.Max(1, hits.Count(hit => hit) + missed);
            var rewards = new RankReward.ExpInfinity().Of(hits, ranks: 20);

            Assert.Equal(rewards.Take(k).Sum() / truths, RankingMetrics.Recall(hits, truths, k), 12);
        });

    [Fact]
    public void Ndcg_EqualsTheSequenceRewardOverThatOfTheBestList()
    {
        bool[] hits = [false, true, false, true];

        Assert.Equal(SequenceReward.Dcg(hits) / SequenceReward.Dcg([true, true, true]), RankingMetrics.Ndcg(hits, 3, 4), 12);
    }

    [Fact]
    public void ShortList_HasNoRewardAtTheMissingRanks() =>
        Assert.Equal([0.5, 1, 0, 0], new RankReward.Exp(2).Of([false, true], ranks: 4));

    [Fact]
    public void LinesPastTheRanks_EarnNothingForEarlierOnes() =>
        Assert.Equal([1, 0], new RankReward.Exp(1).Of([true, false, true], ranks: 2));

    [Fact]
    public void WindowAsLongAsTheList_EqualsDcgFrom()
    {
        bool[] hits = [true, false, true, true];

        Assert.Equal(new RankReward.DcgFrom().Of(hits), new RankReward.Windowed(4).Of(hits));
    }

    [Fact]
    public void ImpossibleParameters_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankReward.Exp(0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankReward.Exp(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankReward.Windowed(0));
    }
}
