using MLNet.ConvRec.Evaluation;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation.Comparison;

public class PairedComparisonTests
{
    [Fact]
    public void BetterSystem_HasItsIntervalAboveZeroAndASmallP()
    {
        var comparison = PairedComparison.Of(System("good", hits: 30), System("bad", hits: 10), "recall@1");

        Assert.Equal(0.5, comparison.Difference, 12);
        Assert.InRange(comparison.Low, 0.3, 0.5);
        Assert.InRange(comparison.High, 0.5, 0.7);
        Assert.Equal(2 / Math.Pow(2, 20), comparison.P, 12); // 20 dialogues differ, all one way
        Assert.Equal(("good", "bad", "recall@1"), (comparison.A, comparison.B, comparison.Metric));
    }

    [Fact]
    public void SameSystem_DiffersNowhere()
    {
        var comparison = PairedComparison.Of(System("a", 20), System("b", 20), "ndcg@20");

        Assert.Equal((0, 0, 0, 1), (comparison.Difference, comparison.Low, comparison.High, comparison.P));
    }

    [Fact]
    public void PairedInterval_IsNarrowerThanWhatTheSystemsAloneAllow()
    {
        var (a, b) = (System("a", 21), System("b", 20));

        var comparison = PairedComparison.Of(a, b, "recall@1");

        Assert.True(comparison.High - comparison.Low < a.Metrics["recall@1"].High - a.Metrics["recall@1"].Low);
    }

    [Fact]
    public void DifferentDialogues_AreRefused()
    {
        var refused = Assert.Throws<ArgumentException>(() => PairedComparison.Of(System("a", 5), System("b", 5, count: 39), "recall@1"));

        Assert.Contains("different dialogues", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MetricOfTheWholeSystem_IsRefusedByName()
    {
        var refused = Assert.Throws<ArgumentException>(() => PairedComparison.Of(System("a", 5), System("b", 5), "coverage"));

        Assert.Contains("coverage", refused.Message, StringComparison.Ordinal);
    }

    // The first of the dialogues hit, the others miss.
    private static SystemEvaluation System(string name, int hits, int count = 40)
    {
        var dialogues = Enumerable.Range(0, count).Select(i => Dialogue($"d-{i}", [Alien])).ToList();
        var lists = dialogues.Select((dialogue, i) => List(dialogue.Id, i < hits ? Alien : Heat));
        return RecommendationEvaluator.Evaluate(name, lists, dialogues, Shop);
    }
}
