using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Evaluation.Comparison;

namespace MLNet.ConvRec.Tests.Evaluation.Comparison;

public class SignedRankTestTests
{
    [Fact]
    public void AllOneSide_HasTwoOfAllSignPatterns() => Assert.Equal(2 / 32.0, SignedRankTest.PValue([1, 2, 3, 4, 5]), 12);

    [Fact]
    public void SmallestNegative_CountsThePatternsWithASmallerOrEqualSum() =>
        Assert.Equal(2 * 3 / 64.0, SignedRankTest.PValue([1, -2, 3, 4, 5, 6]), 12); // W- = 2: {}, {1}, {2}

    [Fact]
    public void Ties_ShareTheirMeanRank() =>
        Assert.Equal(2 * 3 / 8.0, SignedRankTest.PValue([1, -1, 2]), 12); // ranks 1.5, 1.5, 3; W- = 1.5: {}, {1.5}, {1.5}

    [Fact]
    public void Zeros_AreDropped()
    {
        Assert.Equal(SignedRankTest.PValue([1, 2, 3, 4, 5]), SignedRankTest.PValue([0, 1, 0, 2, 3, 4, 5, 1e-17]));
        Assert.Equal(1, SignedRankTest.PValue([0, 0]));
        Assert.Equal(1, SignedRankTest.PValue([]));
    }

    [Fact]
    public void BalancedDifferences_AreNoEvidence() => Assert.Equal(1, SignedRankTest.PValue([1, -1, 2, -2]));

    [Fact]
    public void OppositeSigns_GiveTheSameValue() =>
        Assert.Equal(SignedRankTest.PValue([1, 2, -3, 4, 5, 6]), SignedRankTest.PValue([-1, -2, 3, -4, -5, -6]), 12);

    [Fact]
    public void ManyDifferences_UseTheNormalApproximation()
    {
        // Sizes 1..30, the first ten negative: W- = 55, mean 232.5, variance 2363.75, z = 177 / 48.6184.
        var differences = Enumerable.Range(1, 30).Select(size => size <= 10 ? -size : (double)size);

        Assert.Equal(NormalDistribution.BothTails(177 / Math.Sqrt(2363.75)), SignedRankTest.PValue(differences), 12);
    }

    [Fact]
    public void ManyTies_ShrinkTheVariance()
    {
        // 28 equal sizes, 20 positive: every rank 14.5, W+ = 290, mean 203, variance 28 * 14.5^2 / 4 = 1471.75.
        var differences = Enumerable.Range(0, 28).Select(i => i < 20 ? 0.5 : -0.5);

        Assert.Equal(NormalDistribution.BothTails(86.5 / Math.Sqrt(1471.75)), SignedRankTest.PValue(differences), 12);
    }

    [Fact]
    public void Approximation_IsNearTheExactValueAtTheLimit()
    {
        var exact = Enumerable.Range(1, SignedRankTest.ExactLimit).Select(size => size % 4 == 0 ? -size : (double)size).ToArray();
        var approximate = Enumerable.Range(1, SignedRankTest.ExactLimit + 1).Select(size => size % 4 == 0 ? -size : (double)size);

        Assert.Equal(SignedRankTest.PValue(exact), SignedRankTest.PValue(approximate), 0.02);
    }

    [Theory] // Abramowitz and Stegun, table 26.1: 2 (1 - P(z))
    [InlineData(0, 1)]
    [InlineData(1, 0.317310507862914)]
    [InlineData(1.959963984540054, 0.05)]
    [InlineData(2.999999, 0.00269980493)]
    [InlineData(3, 0.002699796063260)]
    [InlineData(5, 5.73303143758e-7)]
    public void BothTails_EqualsTheTable(double z, double expected) =>
        Assert.Equal(expected, NormalDistribution.BothTails(z), expected * 1e-6);
}
