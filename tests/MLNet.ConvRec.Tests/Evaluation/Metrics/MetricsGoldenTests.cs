using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tests.Evaluation.Metrics;

public class MetricsGoldenTests
{
    // By hand: hits at ranks 2 (Up, one year off) and 4; two true items, so the best list has ndcg sum 1 + 1/log2(3).
    private const string Own =
        """
        [{"catalog":[{"title":"Up","year":1980},{"title":"It","year":1968},{"title":"Solaris","year":1955}],
          "listed":[{"title":"Nobody","year":2001},{"title":"up","year":1980},null,{"title":"It","year":1968},{"title":"It","year":1968}],
          "seen":[{"title":"Solaris","year":1955}], "groundTruth":[{"title":"Up","year":1981},{"title":"It","year":1968}],
          "recall@1":0, "recall@5":1, "recall@10":1, "ndcg@1":0, "ndcg@5":0.6509209298071326, "ndcg@10":0.6509209298071326, "mrr@10":0.5}]
        """;

    [Fact]
    public void EveryMetric_EqualsTheGoldenValue()
    {
        foreach (var golden in GoldenFiles.Cases("matching.json") is { Length: > 0 } given ? given : Parse(Own))
        {
            var metrics = golden.EnumerateObject().Where(property => property.Name.Contains('@', StringComparison.Ordinal)).ToList();
            var evaluation = Evaluate(golden, [.. metrics.Select(Depth).Distinct()]);
            Assert.NotEmpty(metrics);
            foreach (var expected in metrics)
            {
                var actual = evaluation.Metrics[expected.Name].Mean;
                var isEqual = Math.Abs(expected.Value.GetDouble() - actual) <= 1e-9;
                Assert.True(isEqual, $"{expected.Name}: expected {expected.Value}, got {actual:R}");
            }
        }
    }

    private static int Depth(JsonProperty metric) => int.Parse(metric.Name.Split('@')[1], CultureInfo.InvariantCulture);

    private static SystemEvaluation Evaluate(JsonElement golden, int[] cutoffs)
    {
        var dialogue = new Dialogue
        {
            Id = "golden",
            Turns = [new Turn(Role.User, "A good film?")],
            Seen = [.. golden.GetProperty("seen").EnumerateArray().Select(Reference)],
            GroundTruth = [.. golden.GetProperty("groundTruth").EnumerateArray().Select(Reference)],
        };
        var lines = golden.GetProperty("listed").EnumerateArray().Select((line, index) => line.ValueKind == JsonValueKind.Null
            ? new Recommendation(index + 1, "", null, 0)
            : new Recommendation(index + 1, Reference(line).Title, Reference(line).Year, 0));
        var items = golden.GetProperty("catalog").EnumerateArray().Select(Reference);
        var catalog = ItemCatalog.Create(items.Select(item => new CatalogItem { Title = item.Title, Year = item.Year }));
        var list = new RecommendationList("golden", [.. lines]);
        return RecommendationEvaluator.Evaluate("golden", [list], [dialogue], catalog, new EvaluationOptions { Cutoffs = cutoffs, Resamples = 1 });
    }

    private static ItemReference Reference(JsonElement item) => new(item.GetProperty("title").GetString()!, Year(item));

    private static int? Year(JsonElement item) =>
        item.TryGetProperty("year", out var year) && year.ValueKind == JsonValueKind.Number ? year.GetInt32() : null;

    private static JsonElement[] Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }
}
