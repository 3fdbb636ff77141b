using MLNet.ConvRec.Training.Watch;

namespace MLNet.ConvRec.Training.Tests.Training.Watch;

/// <summary>Made-up runs: those in which something goes wrong are told of once, sound ones never.</summary>
public class TrainingWatchTests
{
    private const int Steps = 60;

    [Fact]
    public void EqualRewards_AreTold_OfTheTenthStepOn()
    {
        var told = Told(step => Step(step, equal: 0.95));

        Assert.Equal((10, "equal rewards"), (told.Single().Step, told.Single().Warning.Kind));
        Assert.Contains("95.0%", told[0].Warning.Message, StringComparison.Ordinal);
        Assert.Contains("RankGrpoOptions.GroupSize", told[0].Warning.Message, StringComparison.Ordinal);
        Assert.Empty(Told(step => Step(step, equal: 0.9)));
        Assert.Empty(Told(step => Step(step, equal: step % 9 == 0 ? 0.4 : 0.95))); // a window of ten always holds a step that teaches
    }

    [Theory]
    [InlineData(0.02, 0.35, 30)] // ten times the median
    [InlineData(0.4, 1.1, 30)] // more than a nat
    public void ADivergenceThatExplodes_IsTold(double before, double after, int at)
    {
        var (step, warning) = Told(number => Step(number, divergence: number < at ? before : after)).Single();

        Assert.Equal((at, "divergence"), (step, warning.Kind));
        Assert.Contains(FormattableString.Invariant($"{after:0.000} nats a token (median so far {before:0.000})"), warning.Message, StringComparison.Ordinal);
        Assert.Contains("raise KlCoefficient", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADivergenceThatGrowsSlowly_OrIsTiny_IsNotTold()
    {
        Assert.Empty(Told(step => Step(step, divergence: 0.005 * step)));
        Assert.Empty(Told(step => Step(step, divergence: step < 30 ? 1e-6 : 0.09)));
        Assert.Empty(Told(step => Step(step, divergence: null)));
    }

    [Theory]
    [InlineData("sft", "SftOptions.LearningRate")]
    [InlineData("grpo", "RankGrpoOptions.LearningRate")]
    public void AGradientThatExplodes_IsTold_AfterThreeSteps(string stage, string remedy)
    {
        var (step, warning) = Told(number => Step(number, norm: number < 30 ? 1 + (number % 3) : 25 * (number - 20)) with { Stage = stage }).Single();

        Assert.Equal((32, "gradient norm"), (step, warning.Kind));
        Assert.Contains("median so far (2.000)", warning.Message, StringComparison.Ordinal);
        Assert.Contains("now 300.000", warning.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SingleSpikes_AndStepsThatTeachNothing_AreNotTold()
    {
        Assert.Empty(Told(step => Step(step, norm: step % 10 < 2 ? 100 : 1)));
        Assert.Empty(Told(step => Step(step, norm: step % 4 == 0 ? 1 : 0)));
        Assert.Empty(Told(step => Step(step, norm: step < 20 ? 100 * step : 1))); // the first steps have nothing to be compared with
    }

    [Fact]
    public void AFallingShareOfTheCatalog_IsTold()
    {
        var (step, warning) = Told(number => Step(number, inCatalog: number <= 30 ? 0.9 : 0.5)).Single();

        Assert.Equal((35, "in-catalog share"), (step, warning.Kind)); // (5 · 0.9 + 5 · 0.5) / 10 = 0.7 < 0.72
        Assert.Contains("70.0%", warning.Message, StringComparison.Ordinal);
        Assert.Contains("90.0% in the first 10", warning.Message, StringComparison.Ordinal);
        Assert.Contains("set IsCatalogConstrained", warning.Message, StringComparison.Ordinal);
        Assert.Empty(Told(number => Step(number, inCatalog: number <= 30 ? 0.9 : 0.75)));
        Assert.Empty(Told(number => Step(number, inCatalog: number <= 30 ? 0.04 : 0))); // R1-zero has not begun to know it
        Assert.Empty(Told(number => Step(number, inCatalog: Math.Min(1, 0.02 * number))));
    }

    [Fact]
    public void WhatClears_AndComesBack_IsToldAgain_ButNotWhatFlickers()
    {
        Assert.Equal([10, 40], Told(step => Step(step, equal: step is <= 15 or >= 31 ? 1 : 0)).Select(told => told.Step));
        Assert.Equal([12], Told(step => Step(step, divergence: step < 12 || step % 2 == 1 ? 0.01 : 2)).Select(told => told.Step));
    }

    [Fact]
    public void SeveralThings_AreToldTogether() =>
        Assert.Equal(["equal rewards", "divergence"], new[] { Told(step => Step(step, equal: 1, divergence: step < 10 ? 0.01 : 3)) }[0].Select(told => told.Warning.Kind));

    private static List<(int Step, TrainingWarning Warning)> Told(Func<int, TrainingProgress> run)
    {
        var watch = new TrainingWatch();
        return [.. Enumerable.Range(1, Steps).SelectMany(step => watch.Look(run(step)).Select(warning => (step, warning)))];
    }

    private static TrainingProgress Step(int step, double equal = 0.3, double? divergence = 0.01, double norm = 1, double inCatalog = 1) => new()
    {
        Stage = "rank-grpo",
        Step = step,
        Steps = Steps,
        Fraction = (double)step / Steps,
        Elapsed = TimeSpan.FromSeconds(step),
        Loss = 0,
        GradientNorm = norm,
        Update = new UpdateStatistics { ClippedLow = 0, ClippedHigh = 0, Divergence = divergence },
        Rollouts = new RolloutStatistics
        {
            Reward = 0.1,
            RewardDeviation = 0.1,
            ZeroDeviationShare = equal,
            Recall = 0.1,
            RelevanceByRank = [0.1],
            InCatalogShare = inCatalog,
            RepeatShare = 0,
            Length = new LengthStatistics(10, 9, 11),
            TruncatedShare = 0,
        },
    };
}
