using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Evaluation.Comparison;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation.Comparison;

public class PooledRunsTests
{
    private static readonly string[] Ids = [.. Enumerable.Range(0, 60).Select(i => $"talk-{i}-1")];

    // Of two runs a resample holds one twice or both, with chances 1/4, 1/4, 1/2.
    [Fact]
    public void RunsThatDiffer_WidenTheInterval()
    {
        var pooled = PooledRuns.Of("both", [Run("hits", 60), Run("misses", 0)]);

        Assert.Equal(new Estimate(0.5, 0, 1), pooled.Metrics["recall@1"]);
        Assert.Equal(("both", "2 runs", 60), (pooled.Name, pooled.Note, pooled.Dialogues));
        Assert.Equal(new Estimate(0.5, 0.5, 0.5), PooledRuns.Of("both", [Run("hits", 60), Run("misses", 0)], new() { Confidence = 0.4 }).Metrics["recall@1"]);
    }

    [Fact]
    public void EqualRuns_HaveTheIntervalOfOne()
    {
        var run = Run("one", 20);

        var pooled = PooledRuns.Of("three", [run, run, run]);

        var (one, three) = (run.Metrics["recall@1"], pooled.Metrics["recall@1"]);
        Assert.Equal(one.Mean, three.Mean, 1e-12);
        Assert.Equal(one.Low!.Value, three.Low!.Value, 1e-12);
        Assert.Equal(one.High!.Value, three.High!.Value, 1e-12);
        Assert.Equal(new Estimate(run.Metrics["coverage"].Mean), pooled.Metrics["coverage"]);
        Assert.Equal(run.Summary.PerRankRelevance, pooled.PerRankRelevance);
    }

    // An effect of the run and one of the dialogue: the variance of the mean is the sum of both over their numbers.
    [Fact]
    public void Interval_HoldsTheVarianceOfRunsAndOfDialogues()
    {
        var random = new Random(1);
        var dialogues = Enumerable.Range(0, 400).Select(_ => random.NextDouble()).ToArray();
        double[][] runs = [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble() * 0.5).Select(effect => Array.ConvertAll(dialogues, value => value + effect))];
        string[] groups = [.. dialogues.Select((_, dialogue) => $"{dialogue}")];
        var deviation = Math.Sqrt((1 / 12.0 / 400) + (0.25 / 12 / 40));

        var (low, high) = Bootstrap.PooledInterval(runs, new EvaluationOptions(), groups);

        Assert.Equal(2 * 1.96 * deviation, high - low, 0.15 * 2 * 1.96 * deviation);
    }

    [Fact]
    public void UndefinedValues_AreLeftOut() => Assert.Equal(
        (0.5, 0.5), Bootstrap.PooledInterval([[0.5, double.NaN, 0.5], [double.NaN, 0.5, 0.5]], new EvaluationOptions(), ["a", "b", "c"]));

    [Fact]
    public void WhatCannotBePooled_IsRefused()
    {
        var one = Run("one", 5);
        var shorter = RecommendationEvaluator.Evaluate("shorter", [], [Dialogue("talk-0-1", [Alien])], Shop);

        Assert.Contains("two or more", Assert.Throws<ArgumentException>(() => PooledRuns.Of("x", [one])).Message, StringComparison.Ordinal);
        Assert.Contains("different dialogues", Assert.Throws<ArgumentException>(() => PooledRuns.Of("x", [one, shorter])).Message, StringComparison.Ordinal);
    }

    // The first of the dialogues hit, the others miss.
    private static SystemEvaluation Run(string name, int hits) => RecommendationEvaluator.Evaluate(
        name, Ids.Select((id, i) => List(id, i < hits ? Alien : Heat)), [.. Ids.Select(id => Dialogue(id, [Alien]))], Shop);
}
