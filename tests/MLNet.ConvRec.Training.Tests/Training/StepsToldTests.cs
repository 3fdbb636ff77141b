using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Tests.Training.Checkpoints;

namespace MLNet.ConvRec.Training.Tests.Training;

/// <summary>What is told of each step.</summary>
[Collection<Alone>]
public class StepsToldTests
{
    private static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);

    private static readonly RankGrpoOptions Few = new() { Steps = 5, BatchSize = 4, GroupSize = 4, LearningRate = 1e-2, CompletionsInterval = 2 };

    [Theory]
    [InlineData("rank-grpo")]
    [InlineData("grpo")]
    [InlineData("gspo")]
    public void ReinforcementTells_Rollouts_Update_Times_AndLists(string stage)
    {
        var (told, _) = Told(stage, Few with { UpdatesPerRollout = 3, KlCoefficient = 0.01 });

        Assert.Equal(5, told.Count);
        Assert.All(told, step => Assert.Equal(step.Reward, step.Rollouts!.Recall));
        Assert.All(told, step => Assert.Equal(ToyRows.ListLength, step.Rollouts!.RelevanceByRank.Count));
        Assert.All(told, step => Assert.True(step.Update!.Divergence > 0)); // the third update of a step sees weights that two have changed
        Assert.Contains(told, step => step.Update!.ClippedLow + step.Update.ClippedHigh > 0);
        Assert.All(told, step => Assert.InRange(step.Update!.ClippedLow + step.Update.ClippedHigh, 0, 1));
        Assert.All(told, step => Assert.InRange(step.Times!.Rollouts + step.Times.Update, TimeSpan.FromTicks(1), step.Times.Step));
        Assert.Equal([1, 2, 4], told.Where(step => step.Completions.Count > 0).Select(step => step.Step));
        Assert.Equal(stage == "rank-grpo" ? ToyRows.ListLength : 1, told[0].Completions[0].Advantages.Count);
    }

    [Fact]
    public void OneUpdateWithoutReference_ClipsNothing_AndHasNoDivergence()
    {
        var (told, _) = Told("rank-grpo", Few);

        Assert.All(told, step => Assert.Equal((0, 0, null), (step.Update!.ClippedLow, step.Update.ClippedHigh, step.Update.Divergence)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public void NoLists_WhereNoneAreAskedFor(int? interval) =>
        Assert.All(Told("rank-grpo", Few with { CompletionsInterval = interval }).Told, step => Assert.Empty(step.Completions));

    [Fact]
    public void WhatIsShown_IsNoPartOfARunsIdentity() =>
        Assert.Equal(OptionText.Of(Few), OptionText.Of(Few with { CompletionsInterval = 7 }));

    [Theory]
    [InlineData("sft", 0)]
    [InlineData("rank-grpo", 1)]
    public void Times_AreTheClocks(string stage, int rollouts)
    {
        var run = ToyRun.Of(stage);
        run.Clock = new SecondByLook();
        var times = new List<StepTimes>();
        run.Train(checkpoints: null, step => times.Add(step.Times!));

        // The clock goes on by a second with each look at it, and is looked at when a part ends.
        Assert.All(times, time => Assert.Equal((rollouts, 1), (time.Rollouts.TotalSeconds, time.Update.TotalSeconds)));
        Assert.All(times, time => Assert.True(time.Step > time.Rollouts + time.Update + time.Validation));
        Assert.Equal(stage == "sft" ? [] : [2, 4, 5], times.Index().Where(time => time.Item.Validation > TimeSpan.Zero).Select(time => time.Index + 1));
    }

    [Fact]
    public void Warnings_AreLogged_AndTold()
    {
        // A random policy that writes freely hits nothing: all lists earn the same.
        var (told, log) = Told("rank-grpo", Few with { Steps = 11, IsCatalogConstrained = false, MaxListTokens = 30 });

        var warned = Assert.Single(told, step => step.Warnings.Count > 0);
        Assert.Equal((10, "equal rewards"), (warned.Step, warned.Warnings.Single().Kind));
        Assert.Equal($"rank-grpo 10/11: {warned.Warnings.Single().Message}", Assert.Single(log));
        Assert.Contains("In 100.0% of the groups", warned.Warnings.Single().Message, StringComparison.Ordinal);
    }

    private static (List<TrainingProgress> Told, List<string> Log) Told(string stage, RankGrpoOptions options)
    {
        var ml = new MLContext(seed: 5);
        var (told, log) = (new List<TrainingProgress>(), new List<string>());
        ml.Log += (_, line) =>
        {
            if (line.Kind == ChannelMessageKind.Warning)
                log.Add(line.RawMessage);
        };
        options = options with { Progress = new ToldProgress(told.Add) };
        var conversational = ml.Transforms.ConvRec;
        var trainer = stage switch
        {
            "grpo" => conversational.Grpo(ToyShop.Catalog, Start, options),
            "gspo" => conversational.Gspo(ToyShop.Catalog, Start, options),
            _ => conversational.RankGrpo(ToyShop.Catalog, Start, options),
        };
        trainer.Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24)));
        return (told, log);
    }
}
