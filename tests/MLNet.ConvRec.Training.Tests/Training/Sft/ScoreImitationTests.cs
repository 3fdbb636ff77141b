using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training.Sft;

/// <summary>SFT of a demonstration's scores, from rows to the trained policy.</summary>
[Collection<Alone>]
public class ScoreImitationTests
{
    private static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);

    private static readonly double[] Scores = [2, 1, 0, -1, -2]; // of ToyRows

    [Theory]
    [InlineData(ImitationTarget.FirstLine)]
    [InlineData(ImitationTarget.Lines)]
    public void ALine_BecomesTheScoresDistribution(ImitationTarget imitation)
    {
        var ml = new MLContext(seed: 5);
        var told = new List<TrainingProgress>();
        var trained = ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, new SftOptions
        {
            Imitation = imitation,
            Epochs = 150,
            BatchSize = 6,
            Dropout = 0,
            WeightDecay = 0,
            ValidationSet = ml.Data.LoadFromEnumerable(ToyRows.Make(12)),
            ValidationInterval = 1000,
            Progress = new ToldProgress(told.Add),
        }).Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24)));

        // No cross-entropy is below the entropy of the distributions that are imitated.
        var entropy = ToyRows.Make(12).Where(row => row.Demonstration.Length > 0).Average(row => Entropy(row, imitation));
        Assert.InRange(told[^1].ValidationLoss!.Value, entropy, entropy + 0.05);
        Assert.True(told[0].Loss > entropy + 1);

        var row = ToyRows.Make(1).Single();
        using var network = new Transformer(trained.Policy.Weights, TorchSharp.torch.CPU);
        var ranked = FirstLineRanking.Of(
            network, trained.Policy.Prompt.TrieOf(ToyShop.Catalog), [new ListRequest(trained.Policy.Prompt.Encode(row.ToDialogue()), [0])], 5, TestContext.Current.CancellationToken)[0];
        Assert.Equal([1, 2, 3, 4, 5], ranked.Items);
        Assert.All(ranked.Scores.Zip(ScoreDistribution.Of(Scores, 1)), pair => Assert.Equal(pair.Second, Math.Exp(pair.First), 0.1));
    }

    // Of the one line, or the mean over lines. Who has seen The Fly (1958) is not shown the other.
    private static double Entropy(DemonstratedRow row, ImitationTarget imitation)
    {
        var seen = ToyShop.Catalog.IndicesOf(row.ToDialogue().Seen!);
        double[] scores = [.. row.Demonstration.Zip(Scores).Where(line => !seen.Contains(ToyShop.Catalog.IndexOf(ListLine.Parse(line.First)!))).Select(line => line.Second)];
        return Enumerable.Range(0, imitation == ImitationTarget.FirstLine ? 1 : scores.Length)
            .Average(listed => -ScoreDistribution.Of(scores[listed..], 1).Sum(share => share * Math.Log(share)));
    }

    [Fact]
    public void WhatTheListMayNotHold_IsLeftOut()
    {
        var dialogue = ToyShop.Dialogues[0] with { Candidates = [.. ToyShop.Catalog.Items.Take(4).Select(item => item.Reference)] }; // Alien is seen
        var example = Assert.Single(Examples(Row(dialogue, ["Alien (1979)", "Heat (1995)", "Aliens (1986)", "Arrival (2016)"], [9, 9, MathF.Log(3), 0])));

        var expected = LineTree.FirstLine(
            Start.Prompt.TrieOf(ToyShop.Catalog), [0, .. Enumerable.Range(4, ToyShop.Catalog.Count - 4)], [(1, 0.75), (3, 0.25)])!;
        Assert.Equal(expected.Tokens, example.Tree!.Tokens);
        Assert.Equal(expected.Choices.Length, example.Tree.Choices.Length);
        foreach (var (want, have) in expected.Choices.Zip(example.Tree.Choices))
        {
            Assert.Equal((want.After, want.Allowed.Count), (have.After, have.Allowed.Count));
            Assert.Equal(want.Blocked, have.Blocked);
            Assert.Equal(want.Mass, have.Mass, 1e-6);
            Assert.All(want.Targets.Zip(have.Targets), pair => Assert.Equal(pair.First.Share, pair.Second.Share, 1e-6));
        }

        Assert.Empty(Examples(Row(dialogue, ["Alien (1979)"], [1])));
    }

    [Fact]
    public void RowsThatCannotBeImitated_AreOneSentence()
    {
        var dialogue = ToyShop.Dialogues[0];

        Assert.StartsWith("There is no column Demonstration, whose", Refused(new MLContext().Data.LoadDialogues([dialogue])), StringComparison.Ordinal);
        Assert.Equal(
            "There is no column DemonstrationScores, whose scores SftOptions.Imitation imitates; put BuildDemonstrations before Sft, or set it to List.",
            Refused(new MLContext().Data.LoadFromEnumerable([new UnscoredRow()])));
        Assert.Equal(
            "dialogue toy-1-1: column Demonstration has 1 values and DemonstrationScores 2; give both as many.", Refused(Row(dialogue, ["Up (2009)"], [1, 2])));
        Assert.StartsWith("dialogue toy-1-1: \"Psycho (1960)\" in column Demonstration is no item of the catalog", Refused(Row(dialogue, ["Psycho (1960)"], [1])), StringComparison.Ordinal);
        Assert.Equal(
            "dialogue toy-1-1: column DemonstrationScores holds NaN; scores that are imitated must be finite numbers.", Refused(Row(dialogue, ["Up (2009)"], [float.NaN])));
    }

    [Theory]
    [InlineData(ImitationTarget.List, 2, "SftOptions.ImitationTemperature is 2, but no scores are imitated; set Imitation to FirstLine or Lines, or ImitationTemperature to 1.")]
    [InlineData(ImitationTarget.FirstLine, 0, "SftOptions.ImitationTemperature is 0; it must be positive.")]
    [InlineData((ImitationTarget)7, 1, "SftOptions.Imitation is 7; it must be one of List, FirstLine, Lines.")]
    public void OptionsThatCannotBe_AreOneSentence(ImitationTarget imitation, double temperature, string sentence) => Assert.Equal(
        sentence, Assert.Throws<ArgumentException>(new SftOptions { Imitation = imitation, ImitationTemperature = temperature }.Validate).Message);

    private static SftExample[] Examples(IDataView rows) => new SftExamples(ToyShop.Catalog, Start.Prompt, new SftOptions { Imitation = ImitationTarget.FirstLine }).Of(rows);

    private static string Refused(IDataView rows) => Assert.Throws<InvalidDataException>(() => Examples(rows)).Message;

    private static IDataView Row(Dialogue dialogue, string[] lines, float[] scores) =>
        new MLContext().Data.LoadFromEnumerable([new DemonstratedRow(DialogueRow.From(dialogue), lines, scores)]);

    private sealed class UnscoredRow
    {
        public string Id { get; set; } = "";

        public string[] Roles { get; set; } = [];

        public string[] Texts { get; set; } = [];

        public string[] Demonstration { get; set; } = [];
    }
}
