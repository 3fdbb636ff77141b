using Microsoft.ML;
using MLNet.ConvRec.Dialogues;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation;

public class EvaluationExtensionsTests
{
    [Fact]
    public void ScoredRows_GiveTheMetricsOfTheirLists()
    {
        var ml = new MLContext(seed: 1);
        var scored = ml.Data.LoadFromEnumerable<Row>(
        [
            Row.Of("a-1", [("Alien", 1979)], [("Heat", 1995), ("Alien", 1980), ("Alien", 1979)]),
            Row.Of("b-1", [("Up", 2009)], [("Up", 2009), ("", 0), ("", 0)]),
        ]);

        var evaluation = ml.ConvRecEvaluate(scored, Shop);

        Assert.Equal(0.5, evaluation.Metrics["recall@1"].Mean);
        Assert.Equal([1.0 / 3, 1.0], evaluation.Values["mrr@5"]);
        Assert.Equal(2, evaluation.Metrics["listLength"].Mean); // the padding is no line
        Assert.Equal(0, evaluation.Metrics["malformed"].Mean);
    }

    [Fact]
    public void UnscoredDialogues_AreRefusedByColumn()
    {
        var ml = new MLContext(seed: 1);
        var dialogues = ml.Data.LoadFromEnumerable<DialogueRow>([DialogueRow.From(Dialogue("a-1", [Alien]))]);

        var refused = Assert.Throws<ArgumentException>(() => ml.ConvRecEvaluate(dialogues, Shop));

        Assert.Contains(ConvRecColumns.RecommendationTitles, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TitlesWithoutYears_AreRefusedByRow()
    {
        var ml = new MLContext(seed: 1);
        var row = Row.Of("a-1", [("Alien", 1979)], [("Heat", 1995), ("Up", 2009)]);
        row.RecommendationYears = [1995];

        var refused = Assert.Throws<InvalidDataException>(() => ml.ConvRecEvaluate(ml.Data.LoadFromEnumerable([row]), Shop));

        Assert.Contains("'a-1'", refused.Message, StringComparison.Ordinal);
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string[] Roles { get; set; } = ["user"];

        public string[] Texts { get; set; } = ["A good film?"];

        public bool SeenKnown { get; set; } = true;

        public string[] SeenTitles { get; set; } = [];

        public int[] SeenYears { get; set; } = [];

        public string[] GroundTruthTitles { get; set; } = [];

        public int[] GroundTruthYears { get; set; } = [];

        public string[] RecommendationTitles { get; set; } = [];

        public int[] RecommendationYears { get; set; } = [];

        public static Row Of(string id, (string Title, int Year)[] truth, (string Title, int Year)[] listed) => new()
        {
            Id = id,
            GroundTruthTitles = [.. truth.Select(item => item.Title)],
            GroundTruthYears = [.. truth.Select(item => item.Year)],
            RecommendationTitles = [.. listed.Select(item => item.Title)],
            RecommendationYears = [.. listed.Select(item => item.Year)],
        };
    }
}
