using System.Text.Json;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Evaluation;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation.Tables;

public sealed class MetricsReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("convrec-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WrittenReport_HasTheNamesOfTheSpecification()
    {
        var path = Path.Combine(_folder, "new", "metrics.json");

        Report().Write(path);

        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var root = document.RootElement;
        Assert.Equal("redial", root.GetProperty("dataset").GetString());
        Assert.Equal(7, root.GetProperty("seed").GetInt32());
        var systems = root.GetProperty("systems");
        Assert.Equal(["sft", "popularity"], systems.EnumerateArray().Select(system => system.GetProperty("name").GetString()));
        var recall = systems[0].GetProperty("metrics").GetProperty("recall@1");
        Assert.Equal(["mean", "low", "high"], recall.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["a", "b", "metric", "difference", "low", "high", "p", "pHolm"],
            root.GetProperty("comparisons")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void ReadReport_EqualsTheWrittenOne()
    {
        var path = Path.Combine(_folder, "metrics.json");
        var report = Report();
        report.Write(path);

        var read = MetricsReport.Read(path);

        Assert.Equivalent(report, read, strict: true);
    }

    [Fact]
    public void SpoiledReport_IsRefusedWithFileAndLine()
    {
        var path = Path.Combine(_folder, "metrics.json");
        File.WriteAllText(path, "{\"dataset\": \"redial\",\n\"systems\": [}");

        var refused = Assert.Throws<InvalidDataException>(() => MetricsReport.Read(path));

        Assert.Contains($"{path}, line 2", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{\"dataset\": \"redial\"}")]
    public void IncompleteReport_IsRefusedWithTheFile(string json)
    {
        var path = Path.Combine(_folder, "metrics.json");
        File.WriteAllText(path, json);

        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => MetricsReport.Read(path)).Message, StringComparison.Ordinal);
    }

    private static MetricsReport Report()
    {
        var dialogues = new[] { Dialogue("a-1", [Alien]), Dialogue("b-1", [Up]) };
        var sft = RecommendationEvaluator.Evaluate(SystemNames.Sft, [List("a-1", Alien), List("b-1", Heat, Up)], dialogues, Shop);
        var popularity = RecommendationEvaluator.Evaluate(SystemNames.Popularity, [List("a-1", Heat), List("b-1", Heat)], dialogues, Shop);
        return new MetricsReport
        {
            Dataset = "redial",
            Seed = 7,
            Systems = [sft.Summary with { Note = "tiny" }, popularity.Summary],
            Comparisons = HolmCorrection.Adjust([PairedComparison.Of(sft, popularity, MetricNames.Ndcg(20))]),
        };
    }
}
