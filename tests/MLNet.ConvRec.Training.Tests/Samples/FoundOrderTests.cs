using MLNet.ConvRec.Evaluation;
using QuickStart.Page;

namespace MLNet.ConvRec.Training.Tests.Samples;

public class FoundOrderTests
{
    [Theory]
    [InlineData("1000", 3, 1)]
    [InlineData("1100", 2, 1)]
    [InlineData("0100", 1, 0.63093)] // 1 / log2(3)
    [InlineData("0011", 5, 0.57064)] // (1/2 + 1/log2(5)) / (1 + 1/log2(3))
    public void HitsOnTop_AreAll_WhateverWasNotFound(string list, int truths, double expected)
    {
        bool[] hits = [.. list.Select(line => line == '1')];

        var order = FoundOrder.Of([RankingMetrics.Recall(hits, truths, 20)], [RankingMetrics.Ndcg(hits, truths, 20)], [truths], 20);

        Assert.Equal(expected, order!.Value, 5);
    }

    [Fact]
    public void ListsWithoutAHit_DoNotCount()
    {
        Assert.Equal(1, FoundOrder.Of([0, 0.5, double.NaN], [0, RankingMetrics.Ndcg([true], 2, 20), double.NaN], [1, 2, 0], 20)!.Value, 12);
        Assert.Null(FoundOrder.Of([0], [0], [1], 20));
    }
}
