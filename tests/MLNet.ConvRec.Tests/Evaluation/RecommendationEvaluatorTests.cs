using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Evaluation.Metrics;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation;

public class RecommendationEvaluatorTests
{
    [Fact]
    public void FixedRanks_KeepABadLineAsAMissAtItsRank()
    {
        var evaluation = Evaluate(EvaluationProtocol.FixedRanks);

        Assert.Equal(0.25, evaluation.Metrics["mrr@5"].Mean);
        Assert.Equal([0.0, 0.0, 0.0, 1.0], evaluation.Summary.PerRankRelevance);
    }

    [Fact]
    public void PaperFiltered_LetsLaterLinesMoveUp()
    {
        var evaluation = Evaluate(EvaluationProtocol.PaperFiltered);

        Assert.Equal(1, evaluation.Metrics["mrr@5"].Mean);
        Assert.Equal(0.5, evaluation.Metrics["inCatalog"].Mean); // of the lines as listed
    }

    [Fact]
    public void PaperFiltered_KeepsARepeatAtItsRank()
    {
        var lists = new[] { List("a-1", Heat, Heat, Alien) };

        var evaluation = Evaluate(lists, [Dialogue("a-1", [Alien])], new() { Protocol = EvaluationProtocol.PaperFiltered });

        Assert.Equal(1.0 / 3, evaluation.Metrics["mrr@5"].Mean, 12);
    }

    [Fact]
    public void LineQuality_IsCountedOverTheLinesOfEachList()
    {
        var lists = new[] { List("a-1", Heat, new ItemReference("HEAT", 1995), Unknown, null), List("b-1", Alien, Up) };

        var metrics = Evaluate(lists, [Dialogue("a-1", [Alien]), Dialogue("b-1", [Alien])]).Metrics;

        Assert.Equal((0.5 + 1) / 2, metrics["inCatalog"].Mean);
        Assert.Equal((0.25 + 0) / 2, metrics["repeats"].Mean);
        Assert.Equal((0.25 + 0) / 2, metrics["malformed"].Mean);
        Assert.Equal((4 + 2) / 2, metrics["listLength"].Mean);
        Assert.Equal((2 + 3) / 2.0, metrics["popularity"].Mean); // Heat, Heat; Alien, Up
        Assert.Equal(3.0 / 4, metrics["coverage"].Mean);
        Assert.Null(metrics["coverage"].Low);
        Assert.Equal(0.375, metrics["gini"].Mean, 12); // counts 0, 1, 1, 2
        Assert.Equal((2 + ((-Math.Log2(7.0 / 12) - Math.Log2(1.0 / 12)) / 2)) / 2, metrics["novelty"].Mean, 12); // counts + 1: 7, 3, 1, 1
    }

    [Fact]
    public void GivenTrainPopularity_ReplacesTheCatalogsOwn()
    {
        var metrics = Evaluate([List("a-1", Up)], [Dialogue("a-1", [Alien])], new() { TrainPopularity = [0, 0, 40, 0] }).Metrics;

        Assert.Equal(40, metrics["popularity"].Mean);
    }

    [Fact]
    public void WithoutPopularity_ItsMetricsAreAbsent()
    {
        var catalog = ItemCatalog.Create([new CatalogItem { Title = "Up", Year = 2009 }]);

        var evaluation = RecommendationEvaluator.Evaluate("x", [List("a-1", Up)], [Dialogue("a-1", [Up])], catalog);

        Assert.DoesNotContain("popularity", evaluation.Metrics.Keys);
        Assert.DoesNotContain("novelty", evaluation.Metrics.Keys);
    }

    [Fact]
    public void DialogueWithoutGroundTruth_CountsOnlyForLineQuality()
    {
        var evaluation = Evaluate([List("a-1", Alien), List("b-1", Unknown)], [Dialogue("a-1", [Alien]), Dialogue("b-1", [])]);

        Assert.Equal(1, evaluation.Metrics["recall@1"].Mean);
        Assert.Equal(1, evaluation.Metrics["recall@1"].Low);
        Assert.Equal(0.5, evaluation.Metrics["inCatalog"].Mean);
        Assert.Equal((2, 1, 0), (evaluation.Summary.Dialogues, evaluation.Summary.WithoutGroundTruth, evaluation.Summary.WithoutList));
        Assert.Equal([1.0, double.NaN], evaluation.Values["recall@1"]);
    }

    [Fact]
    public void DialogueWithoutList_CountsAsAnEmptyOne()
    {
        var evaluation = Evaluate([List("a-1", Alien)], [Dialogue("a-1", [Alien]), Dialogue("b-1", [Heat])]);

        Assert.Equal(0.5, evaluation.Metrics["recall@20"].Mean);
        Assert.Equal(0.5, evaluation.Metrics["listLength"].Mean);
        Assert.Equal(1, evaluation.Metrics["inCatalog"].Mean); // no line, no share
        Assert.Equal(1, evaluation.Summary.WithoutList);
    }

    [Fact]
    public void RankLeftOut_IsAnUnreadableLine()
    {
        var list = new RecommendationList("a-1", [new Recommendation(3, "Alien", 1979, 0), new Recommendation(1, "Heat", 1995, 0)]);

        var metrics = Evaluate([list], [Dialogue("a-1", [Alien])]).Metrics;

        Assert.Equal(1.0 / 3, metrics["mrr@5"].Mean, 12);
        Assert.Equal(1.0 / 3, metrics["malformed"].Mean, 12);
    }

    [Fact]
    public void ListOfAnUnknownDialogue_IsRefusedByName() =>
        AssertRefused("'c-9'", [List("c-9", Alien)], [Dialogue("a-1", [Alien])]);

    [Fact]
    public void TwoListsOfOneDialogue_AreRefusedByName() =>
        AssertRefused("'a-1' has two lists", [List("a-1", Alien), List("a-1", Up)], [Dialogue("a-1", [Alien])]);

    [Fact]
    public void TwoDialoguesOfOneId_AreRefusedByName() =>
        AssertRefused("'a-1' stands twice", [], [Dialogue("a-1", [Alien]), Dialogue("a-1", [])]);

    [Fact]
    public void NoDialogue_IsRefused() => AssertRefused("no dialogue", [], []);

    [Theory]
    [InlineData(0)]
    [InlineData(2_000_000_000)]
    public void ImpossibleRank_IsRefusedByName(int rank) =>
        AssertRefused("'a-1'", [new("a-1", [new Recommendation(rank, "Up", 2009, 0)])], [Dialogue("a-1", [])]);

    [Fact]
    public void EqualRanks_AreRefused()
    {
        var list = new RecommendationList("a-1", [new Recommendation(1, "Up", 2009, 0), new Recommendation(1, "Heat", 1995, 0)]);

        AssertRefused("rank 1 twice", [list], [Dialogue("a-1", [])]);
    }

    private static SystemEvaluation Evaluate(EvaluationProtocol protocol) =>
        Evaluate([List("a-1", null, Unknown, Heat, Alien)], [Dialogue("a-1", [Alien], Heat)], new() { Protocol = protocol });

    private static SystemEvaluation Evaluate(RecommendationList[] lists, Dialogue[] dialogues, EvaluationOptions? options = null) =>
        RecommendationEvaluator.Evaluate("system", lists, dialogues, Shop, options);

    private static void AssertRefused(string reason, RecommendationList[] lists, Dialogue[] dialogues)
    {
        var refused = Assert.Throws<InvalidDataException>(() => Evaluate(lists, dialogues));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }
}
