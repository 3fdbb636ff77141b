using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Policy;

public sealed class CounterRandomTests
{
    private const int Count = 100_000;

    [Fact]
    public void Uniform_IsSpreadEvenlyOverTheUnitInterval()
    {
        var values = Enumerable.Range(0, Count).Select(i => CounterRandom.Uniform(3407, 1, (ulong)i)).ToArray();

        Assert.All(values, value => Assert.InRange(value, 0, 1 - 1e-17));
        Assert.Equal(0.5, values.Average(), 0.005);
        Assert.All(values.CountBy(value => (int)(value * 10)), tenth => Assert.InRange(tenth.Value, 9_600, 10_400));
        Assert.Equal(0, Correlation(values[..^1], values[1..]), 0.015);
    }

    [Fact]
    public void Normal_HasMeanZeroVarianceOneAndItsShares()
    {
        var values = Enumerable.Range(0, Count).Select(i => CounterRandom.Normal(3407, (ulong)i)).ToArray();

        Assert.Equal(0, values.Average(), 0.015);
        Assert.Equal(1, values.Average(value => value * value), 0.02);
        Assert.Equal(0.6827, values.Count(value => Math.Abs(value) < 1) / (double)Count, 0.008);
        Assert.Equal(0.9545, values.Count(value => Math.Abs(value) < 2) / (double)Count, 0.004);
    }

    [Fact]
    public void EveryWordOfTheKey_ChangesTheNumber()
    {
        ulong[] keys =
        [
            CounterRandom.Bits(1, 2, 3, 4), CounterRandom.Bits(2, 2, 3, 4), CounterRandom.Bits(1, 1, 3, 4), CounterRandom.Bits(1, 2, 4, 4),
            CounterRandom.Bits(1, 2, 3, 3), CounterRandom.Bits(2, 1, 3, 4), CounterRandom.Bits(1, 3, 2, 4), CounterRandom.Bits(1, 2, 4, 3),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(CounterRandom.Bits(1, 2, 3, 4), keys[0]);
    }

    [Fact]
    public void Numbers_AreTheSameOnEveryMachine()
    {
        Assert.Equal(2391539541053276776UL, CounterRandom.Bits(0, 0));
        Assert.Equal(0.5507951951218281, CounterRandom.Uniform(3407, 1, 2, 3));
        Assert.Equal(-1.2745208740234375, CounterRandom.Normal(3407, 1, 2));
    }

    private static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        var covariance = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        return covariance / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
