using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training.Checkpoints;

/// <summary>A checkpoint of another run is refused with what differs, or gone on from if that is asked for.</summary>
[Collection<Alone>]
public class OtherRunTests
{
    [Fact]
    public void OtherOptionsDataOrSeed_AreNamed()
    {
        using var folder = new TemporaryFolder();
        Fit(folder);

        Assert.Contains("SftOptions.LearningRate was 0.002 and is 0.003", Refused(() => Fit(folder, options => options with { LearningRate = 3e-3 })), StringComparison.Ordinal);
        Assert.Contains("SftOptions.MaxSteps was none and is 2", Refused(() => Fit(folder, options => options with { MaxSteps = 2 })), StringComparison.Ordinal);
        Assert.Contains("data was ", Refused(() => Fit(folder, rows: 22)), StringComparison.Ordinal);
        var seed = Refused(() => Fit(folder, seed: 6));
        Assert.Contains("seed was ", seed, StringComparison.Ordinal);
        Assert.Contains("policy at the start was ", seed, StringComparison.Ordinal); // random weights
        Assert.Contains("IsOtherRunAllowed", seed, StringComparison.Ordinal);
    }

    // Rewards look at them: a run that goes on with others would not end as it began.
    [Theory]
    [InlineData("genres of the catalog")]
    [InlineData("popularity in the catalog")]
    public void WhatRewardsReadOfTheCatalog_IsNamed(string part)
    {
        using var folder = new TemporaryFolder();
        Fit(folder);
        var first = ToyShop.Catalog.Items[0];
        var changed = part.StartsWith("genres", StringComparison.Ordinal) ? first with { Genres = ["horror"] } : first with { Popularity = 3 };

        var refused = Refused(() => Fit(folder, catalog: ItemCatalog.Create([changed, .. ToyShop.Catalog.Items.Skip(1)])));

        Assert.Contains($"another run: {part} was ", refused, StringComparison.Ordinal);
        Assert.DoesNotContain(";", refused, StringComparison.Ordinal); // nothing else differs
    }

    [Fact]
    public void AnotherRun_IsGoneOnFrom_IfAllowed_WithAWarning()
    {
        using var folder = new TemporaryFolder();
        Fit(folder);
        var told = new List<TrainingProgress>();
        var log = Fit(folder, options => options with
        {
            Epochs = 3,
            Progress = new ToldProgress(told.Add),
            Checkpoints = options.Checkpoints! with { IsOtherRunAllowed = true },
        });

        Assert.Equal([5, 6], told.Select(progress => progress.Step));
        Assert.Contains(log, line => line.Contains("SftOptions.Epochs was 2 and is 3", StringComparison.Ordinal));
    }

    [Fact]
    public void AnotherStage_IsRefusedInAnyCase()
    {
        using var folder = new TemporaryFolder();
        Fit(folder);
        var ml = new MLContext(seed: 5);
        var options = new RankGrpoOptions { Steps = 1, Checkpoints = new CheckpointOptions { Folder = folder.FullName, IsOtherRunAllowed = true } };
        var trainer = ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, ToyShop.Policy(ToyRows.ListLength), options);

        Assert.Contains("stage was sft and is rank-grpo", Refused(() => trainer.Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24)))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LearningRate")]
    [InlineData("Reward")]
    public void Options_AreComparedWhole(string option)
    {
        var options = new RankGrpoOptions { Reward = new RankReward.Exp(2) };
        var other = option == "Reward" ? options with { Reward = new RankReward.Exp(2.5) } : options with { LearningRate = 0.1 };

        Assert.Equal([option], OptionText.Of(options).Except(OptionText.Of(other)).Select(text => text.Name));
        Assert.Empty(OptionText.Of(options).Except(OptionText.Of(options with { TimeBudget = TimeSpan.FromDays(1) })));
    }

    // Checkpoints from before there were scores to imitate know nothing of them.
    [Fact]
    public void WhatIsImitated_IsAPartOnlyWhereItIsNotTheList()
    {
        var list = OptionText.Of(new SftOptions()).Select(option => option.Name).ToArray();
        var scores = OptionText.Of(new SftOptions { Imitation = ImitationTarget.FirstLine, ImitationTemperature = 2 });

        Assert.DoesNotContain(list, name => name.StartsWith("Imitation", StringComparison.Ordinal));
        Assert.Equal([("Imitation", "FirstLine"), ("ImitationTemperature", "2")], scores.Where(option => !list.Contains(option.Name)));
    }

    [Fact]
    public void OtherScores_AreOtherData_WhereTheyAreImitated()
    {
        using var folder = new TemporaryFolder();
        Fit(folder, Scored);

        Assert.Contains("another run: data was ", Refused(() => Fit(folder, Scored, scores: rank => rank == 0 ? 2.5f : 2f - rank)), StringComparison.Ordinal);
        Assert.Contains("SftOptions.Imitation was FirstLine and is absent", Refused(() => Fit(folder)), StringComparison.Ordinal);

        static SftOptions Scored(SftOptions options) => options with { Imitation = ImitationTarget.FirstLine };
    }

    [Theory]
    [InlineData("", 1, 1, "CheckpointOptions.Folder is empty")]
    [InlineData("x", 0, 1, "CheckpointOptions.Interval is 0")]
    [InlineData("x", 1, 0, "CheckpointOptions.Keep is 0")]
    public void Options_OutOfRange_AreRefused(string folder, int interval, int keep, string sentence)
    {
        var options = new CheckpointOptions { Folder = folder, Interval = interval, Keep = keep };

        Assert.StartsWith(sentence, Assert.Throws<ArgumentException>(() => new SftOptions { Checkpoints = options }.Validate()).Message, StringComparison.Ordinal);
        Assert.StartsWith(sentence, Assert.Throws<ArgumentException>(() => new RankGrpoOptions { Checkpoints = options }.Validate()).Message, StringComparison.Ordinal);
    }

    private static List<string> Fit(TemporaryFolder folder, Func<SftOptions, SftOptions>? change = null, int rows = 24, int seed = 5, ItemCatalog? catalog = null, Func<int, float>? scores = null)
    {
        var ml = new MLContext(seed);
        var log = new List<string>();
        ml.Log += (_, told) =>
        {
            if (told.Kind == ChannelMessageKind.Warning)
                log.Add(told.RawMessage);
        };
        var options = new SftOptions { Epochs = 2, BatchSize = 6, Checkpoints = new CheckpointOptions { Folder = folder.FullName } };
        ml.Transforms.ConvRec.Sft(catalog ?? ToyShop.Catalog, ToyRows.Backbone, change?.Invoke(options) ?? options).Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(rows, scores)));
        return log;
    }

    private static string Refused(Action train) => Assert.Throws<InvalidDataException>(train).Message;
}
