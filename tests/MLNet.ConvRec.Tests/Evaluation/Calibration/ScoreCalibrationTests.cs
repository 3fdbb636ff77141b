using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tests.Evaluation.Calibration;

public sealed class ScoreCalibrationTests
{
    private static ItemCatalog Shop { get; } = ItemCatalog.Create(Enumerable.Range(0, 30).Select(i => new CatalogItem { Title = $"Film {i}", Year = 2000 }));

    // By hand: of scores ln .1, ln .2, ln .4, ln .8 the second and the last hit.
    [Fact]
    public void FourLines_AreThoseByHand()
    {
        var calibration = Of([(0, 0.8, true), (1, 0.4, false), (2, 0.2, true), (3, 0.1, false)]);

        Assert.Equal([0.1, 0.2, 0.4, 0.8], calibration.Bins.Select(bin => Math.Round(bin.Predicted!.Value, 9)));
        Assert.Equal([0, 1, 0, 1], calibration.Bins.Select(bin => bin.HitRate));
        Assert.Equal((0.1 + 0.8 + 0.4 + 0.2) / 4, calibration.ExpectedError!.Value, 1e-9);
        Assert.Equal(0.75, calibration.Discrimination!.Value, 1e-12); // of the four pairs only (.2, .4) is the wrong way round
    }

    [Fact]
    public void EqualScores_StandInOneBin_AndCountHalf()
    {
        var calibration = Of([(0, 0.5, true), (1, 0.5, false), (2, 0.5, false), (3, 0.5, false)]);

        Assert.Equal(new CalibrationBin(4, Math.Log(0.5), Math.Log(0.5), 0.5, 0.25), Assert.Single(calibration.Bins));
        Assert.Equal(0.5, calibration.Discrimination);
    }

    [Fact]
    public void ScoresThatAreNoLogarithms_ArePredictedByNothing()
    {
        var calibration = Of([(0, 20, true), (1, 0.5, false)]);

        Assert.All(calibration.Bins, bin => Assert.Null(bin.Predicted));
        Assert.Null(calibration.ExpectedError);
        Assert.Equal(1, calibration.Discrimination);
    }

    [Fact]
    public void WithoutAMiss_NothingIsToldApart() => Assert.Null(Of([(0, 0.5, true)]).Discrimination);

    // A system that says how often it is right, drawn 40,000 times.
    [Fact]
    public void CalibratedScores_HaveNoError_AndAnotherTemperatureHasOne()
    {
        var random = new Random(5);
        var lines = Enumerable.Range(0, 2000).Select(_ => Enumerable.Range(0, 20).Select(i => (Item: i, P: Math.Exp(-5 * random.NextDouble()))).Select(line => (line.Item, line.P, random.NextDouble() < line.P)).ToArray()).ToArray();

        var calibrated = Of(lines);
        var tooSure = Of([.. lines.Select(list => Array.ConvertAll(list, line => (line.Item, Math.Sqrt(line.P), line.Item3)))]);

        Assert.InRange(calibrated.ExpectedError!.Value, 0, 0.01);
        Assert.True(tooSure.ExpectedError > 0.1, $"{tooSure.ExpectedError}");
        Assert.Equal(calibrated.Discrimination!.Value, tooSure.Discrimination!.Value, 1e-12);
        Assert.Equal(ScoreCalibration.BinCount, calibrated.Bins.Count);
        Assert.Equal(40_000, calibrated.Bins.Sum(bin => bin.Lines));
    }

    [Fact]
    public void DialoguesWithoutGroundTruth_AndLinesAfterAHit_AreHandled()
    {
        Dialogue[] dialogues = [Asked("a", 0), Asked("b") with { GroundTruth = [] }];
        RecommendationList[] lists = [new("a", [Line(1, 0, -1), Line(2, 0, -2)]), new("b", [Line(1, 1, -1)])]; // the second line repeats the first

        var calibration = ScoreCalibration.Of("system", lists, dialogues, Shop);

        Assert.Equal([(1, 0.0), (1, 1.0)], calibration.Bins.Select(bin => (bin.Lines, bin.HitRate)));
    }

    [Fact]
    public void NoLine_AndAScoreThatIsNoNumber_AreSaid()
    {
        Assert.Contains("system: there is no line of a dialogue with ground truth", Assert.Throws<InvalidDataException>(() => ScoreCalibration.Of("system", [], [Asked("a", 0)], Shop)).Message, StringComparison.Ordinal);
        Assert.Contains("'a' has no finite score at rank 1", Assert.Throws<InvalidDataException>(() => ScoreCalibration.Of("system", [new("a", [Line(1, 0, double.NaN)])], [Asked("a", 0)], Shop)).Message, StringComparison.Ordinal);
    }

    // One dialogue each, whose lines' scores are the logarithms of the given numbers.
    private static ScoreCalibration Of(params (int Item, double P, bool IsHit)[][] lists) => ScoreCalibration.Of(
        "system",
        lists.Select((lines, i) => new RecommendationList($"d{i}", [.. lines.Select((line, rank) => Line(rank + 1, line.Item, Math.Log(line.P)))])),
        lists.Select((lines, i) => Asked($"d{i}", [.. lines.Where(line => line.IsHit).Select(line => line.Item), 29])),
        Shop);

    private static Dialogue Asked(string id, params int[] truth) => Dialogue.FromUser("And now?", id) with { Seen = [], GroundTruth = [.. truth.Select(item => Shop.Items[item].Reference)] };

    private static Recommendation Line(int rank, int item, double score) => new(rank, Shop.Items[item].Title, Shop.Items[item].Year, score);
}
