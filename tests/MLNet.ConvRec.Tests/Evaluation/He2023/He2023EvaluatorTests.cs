using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Evaluation;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation.He2023;

public class He2023EvaluatorTests
{
    // Our own where the data is absent: an unknown name, a seen one, a repeat, and a hit at rank 2 once the first two are gone.
    private const string OwnList =
        """
        {"matched":[{"nearest":"Far","distance":3},{"nearest":"Alien","distance":0},
        {"nearest":"Heat","distance":1},{"nearest":"Up","distance":2}],
        "gtNames":["Up","Brazil","Alien"],"seenNames":["Alien"]}
        """;

    private const string OwnNumbers =
        """
        model,part,oovFiltered,seenExcluded,condition,metric,k,mean,standardError,pairs
        own,own,1,1,recommendation,recall,1,0.0,0.0,2
        own,own,1,1,recommendation,recall,5,0.5,0.5,2
        own,own,1,1,recommendation,mrr,5,0.25,0.25,2
        own,own,0,0,recommendation,mrr,5,0.125,0.125,2
        own,own,1,0,recommendation,mrr,5,0.1666666667,0.1666666667,2
        own,own,0,0,all,ndcg,5,0.3538687705,0.1861385377,3
        own,own,1,1,all,recall,20,0.3333333333,0.3333333333,3
        """;

    [Fact]
    public void RecordedLists_GiveEveryPublishedMeanAndStandardError()
    {
        var folder = GoldenFiles.DataFolder;
        var rows = (folder is null ? OwnNumbers : File.ReadAllText(Path.Combine(folder, "published", "inspired-shared-half.csv")))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(line => line.Trim().Split(','))
            .ToList();
        var worst = 0.0;
        foreach (var model in rows.GroupBy(row => row[0]))
        {
            var lists = Lists(folder, model.Key);
            foreach (var row in model)
            {
                var evaluation = He2023Evaluator.Evaluate(lists, Options(row));
                var estimate = evaluation.Metrics[$"{row[5]}@{row[6]}"];

                Assert.Equal(Number(row[9]), evaluation.Pairs);
                Assert.Equal(Number(row[7]), estimate.Mean, 1e-9); // rounded at the tenth digit
                Assert.Equal(Number(row[8]), estimate.StandardError!.Value, 1e-9);
                worst = Math.Max(worst, Math.Abs(Number(row[7]) - estimate.Mean));
                worst = Math.Max(worst, Math.Abs(Number(row[8]) - estimate.StandardError!.Value));
            }
        }

        Assert.Equal(folder is null ? 7 : 576, rows.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{rows.Count} means and standard errors, the largest difference {worst:g2}");
    }

    [Fact]
    public void EveryOption_ChangesSomething()
    {
        var lists = new[] { Parse(OwnList) };
        var usual = He2023Evaluator.Evaluate(lists);

        Assert.Equal(0.25, usual.Metrics["mrr@20"].Mean);
        Assert.Equal(1.0 / 6, Mrr(new() { SeenExcluded = false }), 12);
        Assert.Equal(1.0 / 6, Mrr(new() { OutOfVocabularyFiltered = false }), 12);
        Assert.Equal(1, Mrr(new() { Condition = He2023Condition.Discussion, SeenExcluded = false }));
        Assert.Equal(0, Mrr(new() { LargestDistance = 1 }));
        Assert.Equal(["recall@3", "ndcg@3", "mrr@3"], He2023Evaluator.Evaluate(lists, new() { Cutoffs = [3] }).Metrics.Keys);

        double Mrr(He2023Options options) => He2023Evaluator.Evaluate(lists, options).Metrics["mrr@20"].Mean;
    }

    [Fact]
    public void Repeats_KeepTheirRank()
    {
        var list = new He2023List { Names = [new("Heat", 0), new("Heat", 0), new("Up", 0)], GroundTruth = ["Up", "Heat"] };

        var metrics = He2023Evaluator.Evaluate([list]).Metrics;

        Assert.Equal((1 + (1.0 / 3)) / 2, metrics["mrr@5"].Mean, 12);
        Assert.Equal(1, metrics["recall@5"].Mean);
    }

    [Fact]
    public void RecommendationList_IsReadByTitles()
    {
        var list = He2023List.Of(List("a-1", Unknown, Alien, null, Heat), Dialogue("a-1", [Heat], Alien), Shop);

        var evaluation = He2023Evaluator.Evaluate([list]);

        Assert.Equal(1, evaluation.Metrics["mrr@1"].Mean);
        Assert.Null(evaluation.Metrics["mrr@1"].StandardError);
    }

    [Fact]
    public void NoPairs_HaveNoMetrics()
    {
        var evaluation = He2023Evaluator.Evaluate([]);

        Assert.Equal(0, evaluation.Pairs);
        Assert.Empty(evaluation.Metrics);
    }

    [Fact]
    public void ImpossibleOptions_AreRefusedByName()
    {
        Assert.Contains("Cutoffs", Refused(new() { Cutoffs = [0] }), StringComparison.Ordinal);
        Assert.Contains("Condition", Refused(new() { Condition = (He2023Condition)9 }), StringComparison.Ordinal);
        Assert.Contains("LargestDistance", Refused(new() { LargestDistance = -1 }), StringComparison.Ordinal);

        static string Refused(He2023Options options) =>
            Assert.Throws<ArgumentException>(() => He2023Evaluator.Evaluate([], options)).Message;
    }

    private static He2023Options Options(string[] row) => new()
    {
        OutOfVocabularyFiltered = row[2] == "1",
        SeenExcluded = row[3] == "1",
        Condition = Enum.Parse<He2023Condition>(row[4], ignoreCase: true),
    };

    private static He2023List[] Lists(string? folder, string model) => folder is null
        ? [Parse(OwnList)]
        : [.. File.ReadLines(Path.Combine(folder, "teacher", $"inspired-{model}.jsonl")).Select(Parse)];

    private static He2023List Parse(string line)
    {
        var row = JsonSerializer.Deserialize<JsonElement>(line);
        return new He2023List
        {
            Names =
            [
                .. row.GetProperty("matched").EnumerateArray()
                    .Select(name => new He2023Name(name.GetProperty("nearest").GetString()!, name.GetProperty("distance").GetInt32())),
            ],
            GroundTruth = Texts(row, "gtNames"),
            Seen = Texts(row, "seenNames"),
        };
    }

    private static string[] Texts(JsonElement row, string field) =>
        [.. row.GetProperty(field).EnumerateArray().Select(name => name.GetString()!)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
