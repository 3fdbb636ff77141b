using MLNet.ConvRec.Training.RankGrpo;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo.Objective;

public class RankAdvantageTests
{
    private static readonly double[][][] Rewards = [[[1, 0], [0, 0], [0, 3]], [[1, 1], [1, 0], [1, 2]]]; // [groups][samples][ranks]

    [Fact]
    public void Group_DividesByTheSampleDeviationOfItsOwnRank()
    {
        var deviation = Math.Sqrt(1.0 / 3); // of 1, 0, 0

        var advantages = RankAdvantage.Of(Rewards[0]);

        Assert.Equal((2.0 / 3) / (deviation + 1e-4), advantages[0][0], 12);
        Assert.Equal((-1.0 / 3) / (deviation + 1e-4), advantages[1][0], 12);
        Assert.Equal(2 / (Math.Sqrt(3) + 1e-4), advantages[2][1], 12);
    }

    [Theory]
    [InlineData(AdvantageScaling.Group)]
    [InlineData(AdvantageScaling.Batch)]
    [InlineData(AdvantageScaling.None)]
    public void EveryScaling_SumsToZeroPerRankAndGroup(AdvantageScaling scaling)
    {
        foreach (var group in RankAdvantage.Of(Rewards, scaling))
        {
            for (var rank = 0; rank < 2; rank++)
                Assert.Equal(0, group.Sum(list => list[rank]), 12);
        }
    }

    [Fact]
    public void Batch_DividesEveryGroupByTheDeviationOfAll()
    {
        var deviation = Math.Sqrt(4.0 / 15); // of 1, 0, 0, 1, 1, 1: squares sum to 4/3, over 5

        var advantages = RankAdvantage.Of(Rewards, AdvantageScaling.Batch);

        Assert.Equal((2.0 / 3) / (deviation + 1e-4), advantages[0][0][0], 12);
        Assert.Equal(0, advantages[1][0][0], 12);
    }

    [Fact]
    public void None_OnlyCentres() => Assert.Equal(2.0 / 3, RankAdvantage.Of(Rewards, AdvantageScaling.None)[0][0][0], 12);

    [Fact]
    public void EqualRewardsOrASingleList_HaveNoAdvantage()
    {
        Assert.Equal([[0.0], [0.0]], RankAdvantage.Of([[5.0], [5.0]]));
        Assert.Equal([[0.0, 0.0]], RankAdvantage.Of([[1.0, 2.0]]));
    }

    [Fact]
    public void ListsOfDifferentLength_AreRefused() =>
        Assert.Throws<ArgumentException>(() => RankAdvantage.Of([[1.0, 2.0], [1.0]]));
}
