using QuickStart.World;

namespace MLNet.ConvRec.Tests.Samples;

public sealed class SplitMix64Tests
{
    [Fact]
    public void StateZero_GivesThePublishedNumbers()
    {
        var random = SplitMix64.Stream();

        Assert.Equal([0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F], new[] { random.Next(), random.Next(), random.Next() });
    }

    [Fact]
    public void OtherParts_GiveOtherStreams()
    {
        SplitMix64[] streams = [SplitMix64.Stream(1, 2), SplitMix64.Stream(2, 1), SplitMix64.Stream(1), SplitMix64.Stream(1, 0)];

        Assert.Distinct(streams.Select(stream => stream.Next()));
    }

    [Fact]
    public void Weighted_DrawsInProportion()
    {
        var random = SplitMix64.Stream(1);
        var counts = new int[3];
        for (var i = 0; i < 10_000; i++)
            counts[random.Weighted([1, 0, 3])]++;

        Assert.InRange(counts[0], 2350, 2650);
        Assert.Equal(0, counts[1]);
    }

    [Fact]
    public void Normal_HasMeanZeroAndVarianceOne()
    {
        var random = SplitMix64.Stream(2);
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => random.Normal())];

        Assert.InRange(draws.Average(), -0.03, 0.03);
        Assert.InRange(draws.Average(x => x * x), 0.95, 1.05);
    }
}
