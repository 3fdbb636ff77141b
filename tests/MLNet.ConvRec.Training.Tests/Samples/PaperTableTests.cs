using System.IO.Compression;
using System.Text.Json;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Tests;
using ReproducePaper;
using ReproducePaper.Paper;

namespace MLNet.ConvRec.Training.Tests.Samples;

public sealed class PaperTableTests : IDisposable
{
    private static readonly string[] Paper =
        ["popularity", "namedTogether", "repeater", "teacher", "demonstrations", "zeroShot", "crag", "sft", "sftWithoutReflect", "sftWithoutRemapReflect", "grpo", "gspo", "rankGrpo", "rankGrpoExp2", "rankGrpoDcgFrom", "r1Zero"];

    private static readonly Recipe Recipe = ReproducePaperTests.Tiny;
    private static readonly Splits Splits = Splits.Of(ReproducePaperTests.Data, Recipe);
    private static readonly string Imitated = RunSetting.Of("seekers", Recipe, new Options(), isReinforced: false);
    private static readonly string Reinforced = RunSetting.Of("seekers", Recipe, new Options(), isReinforced: true);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Form_IsThatWhichOthersRead()
    {
        using var table = Written();

        Assert.Equal(["rows", "comparisons"], table.RootElement.EnumerateObject().Select(entry => entry.Name));
        var rows = table.RootElement.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(Paper, rows.Take(Paper.Length).Select(row => row.GetProperty("name").GetString()));
        Assert.All(rows, row => Assert.Equal(["name", "metrics"], row.EnumerateObject().Select(entry => entry.Name)));
        var grpo = rows[Array.IndexOf(Paper, "grpo")].GetProperty("metrics");
        Assert.Equal(["recall@5", "recall@10", "recall@20", "ndcg@5", "ndcg@10", "ndcg@20"], grpo.EnumerateObject().Select(entry => entry.Name));
        Assert.Equal(["mean", "low", "high"], grpo.GetProperty("ndcg@20").EnumerateObject().Select(entry => entry.Name));
        Assert.All(["zeroShot", "crag", "sftWithoutRemapReflect", "rankGrpo"], name => Assert.Equal(JsonValueKind.Null, rows[Array.IndexOf(Paper, name)].GetProperty("metrics").ValueKind));
        Assert.All(["popularity", "demonstrations"], name => Assert.InRange(rows[Array.IndexOf(Paper, name)].GetProperty("metrics").GetProperty("recall@20").GetProperty("mean").GetDouble(), 0.01, 1));
        Assert.All(table.RootElement.GetProperty("comparisons").EnumerateArray(), pair => Assert.Equal(["a", "b", "metric", "difference", "low", "high", "p"], pair.EnumerateObject().Select(entry => entry.Name)));
    }

    [Fact]
    public void P_IsHolmsOverTheWholeTable()
    {
        var table = Make();
        var systems = table.Rows.Where(row => row.System is not null).ToDictionary(row => row.Name, row => row.System!);
        var raw = table.Comparisons.Select(pair => PairedComparison.Of(systems[pair.A], systems[pair.B], pair.Metric).P).ToArray();

        var (expected, largest) = (new double[raw.Length], 0.0);
        foreach (var (place, index) in Enumerable.Range(0, raw.Length).OrderBy(index => raw[index]).Index())
            expected[index] = largest = Math.Max(largest, Math.Min(1, (raw.Length - place) * raw[index]));
        Assert.Equal(expected, table.Comparisons.Select(pair => pair.P));
        Assert.Contains(table.Comparisons.Zip(raw), pair => pair.First.P > pair.Second);
    }

    [Fact]
    public void Means_AreOverSeedsAndDialogues()
    {
        Keep(Record("sft", Imitated, hits: 0, seed: 1), Record("grpo:1", Reinforced, hits: 0, seed: 1), Record("grpo:1", Reinforced, hits: 1, seed: 2));
        var table = Made();

        var grpo = table.Rows.Single(row => row.Name == "grpo");
        Assert.Equal(Splits.Reported.Average(dialogue => 0.5 / dialogue.GroundTruth.Count), grpo.Metrics![MetricNames.Recall(20)].Mean, 12);
        Assert.Equal("2 seeds", grpo.Note);
        Assert.Equal(grpo.Metrics[MetricNames.Recall(20)].Mean, table.Comparisons.Single(pair => pair is { A: "grpo", B: "sft", Metric: "recall@20" }).Difference, 12);
    }

    [Fact]
    public void SameRuns_GiveTheSameBytes_FromAFolderAndFromAZip()
    {
        var first = Make();
        first.Write(_folder.PathOf("first"));
        var zip = _folder.PathOf("runs.zip");
        ZipFile.CreateFromDirectory(_folder.PathOf("kept"), zip);
        PaperTable.Of(ReproducePaperTests.Data, Recipe, new Options { Runs = zip }, TestContext.Current.CancellationToken).Write(_folder.PathOf("second"));

        Assert.All(["table.json", "table.md"], name => Assert.Equal(File.ReadAllBytes(_folder.PathOf($"first/{name}")), File.ReadAllBytes(_folder.PathOf($"second/{name}"))));
    }

    [Fact]
    public void RowsOfOtherRows_AreToldAndNotCompared()
    {
        var table = Make();

        Assert.Equal(Metrics("grpo"), Metrics("gspo"));
        Assert.Equal(Metrics("sft"), Metrics("sftWithoutReflect"));
        Assert.Contains("both have the same gradient", table.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(table.Comparisons, pair => pair.B is "gspo" or "sftWithoutReflect" || pair.A == "gspo");
        Assert.Contains(table.Comparisons, pair => pair is { A: "rankGrpo:2", B: "grpo:2" });

        IReadOnlyList<double> Metrics(string name) => [.. table.Rows.Single(row => row.Name == name).Metrics!.Values.Select(value => value.Mean)];
    }

    [Fact]
    public void Markdown_SetsThePaperBesideEachRow()
    {
        Keep(Record("sft", Imitated, hits: 1, seed: 1), Record("rank-grpo:1", Reinforced, hits: 1, seed: 1), Record("rank-grpo-free:1", Reinforced, hits: 1, seed: 1) with { OutOfCatalog = [.. Enumerable.Repeat(0.25, 10)] });
        var text = Made().Text.Split('\n');

        Assert.EndsWith(" | +0% | .0946 | .2047 | .0744 | .1079 | +53% | one seed |", text.Single(line => line.StartsWith("| rankGrpo |", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("| not run: `--methods sft-without-remap-reflect` |", text.Single(line => line.StartsWith("| sftWithoutRemapReflect |", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("| 25.0% |", text.Last(line => line.StartsWith("| rankGrpoFree |", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void RunsOfAnotherSplit_AreRefused()
    {
        Keep(Record("sft", Imitated, hits: 1, seed: 1));
        var others = Splits.Reported.Skip(1).ToArray();
        Keep(Record("grpo:1", Reinforced, hits: 1, seed: 1) with { Values = Comparison.Metrics.ToDictionary(metric => metric, _ => others.Select(_ => 1.0).ToArray()) });
        Assert.Contains("grpo-1-seed1.json has recall@5 of 11 dialogues, and seekers is reported on 12: it is of another split", Refusal(), StringComparison.Ordinal);

        var half = Splits.Reported.Select(dialogue => dialogue.GroundTruth.Count % 2 == 0 ? 0 : 0.5).ToArray();
        Keep(Record("grpo:1", Reinforced, hits: 1, seed: 1) with { Values = Comparison.Metrics.ToDictionary(metric => metric, _ => half) });
        Assert.Contains("true items: it is of another split", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void RunsOfOtherSettings_AreRefused()
    {
        Keep(Record("sft", Imitated, hits: 1, seed: 1), Record("grpo:1", Reinforced, hits: 1, seed: 1), Record("gspo:2", $"{Reinforced}, known dialogues reinforced", hits: 1, seed: 1));
        Assert.Contains("make a table of runs of one setting", Refusal(), StringComparison.Ordinal);

        Keep(Record("gspo:2", Reinforced.Replace("40 %", "50 %", StringComparison.Ordinal), hits: 1, seed: 1));
        Assert.Contains("give the --dataset, --held-out and --judge that it was made with", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void KeptTable_FillsRowsWhoseRunsAreGone()
    {
        Keep(Record("sft", Imitated, hits: 1, seed: 1), Record("grpo:1", Reinforced, hits: 1, seed: 1));
        var same = Splits.Reported.Average(dialogue => 1.0 / dialogue.GroundTruth.Count);
        var path = _folder.PathOf("kept.json");
        File.WriteAllText(path, KeptText(sft: same));
        var table = PaperTable.Of(ReproducePaperTests.Data, Recipe, new Options { Runs = _folder.PathOf("kept"), KeptTable = path }, TestContext.Current.CancellationToken);

        Assert.Equal(0.75, table.Rows.Single(row => row.Name == "rankGrpo").Metrics![MetricNames.Recall(20)].Mean);
        Assert.Equal(0.1, table.Comparisons.Single(pair => pair is { A: "rankGrpo", B: "sft", Metric: "recall@20" }).Difference);
        Assert.DoesNotContain(table.Comparisons, pair => pair is { A: "rankGrpo", B: "namedTogether" });
        File.WriteAllText(path, KeptText(sft: same + 0.01));
        Assert.Contains("they are not of one comparison", Assert.Throws<InvalidDataException>(
            () => PaperTable.Of(ReproducePaperTests.Data, Recipe, new Options { Runs = _folder.PathOf("kept"), KeptTable = path }, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    private static string KeptText(double sft) => FormattableString.Invariant($$"""
        {"dataset":"seekers","dialogues":{{Splits.Reported.Count}},
         "rows":[{"name":"sft","seeds":1,"metrics":{"recall@20":{"mean":{{sft:R}},"low":0,"high":1} } },
                 {"name":"rank-grpo:1","seeds":5,"metrics":{ {{string.Join(',', Comparison.Metrics.Select(metric => $"\"{metric}\":{{\"mean\":0.75,\"low\":0.5,\"high\":1}}"))}} } }],
         "comparisons":[{"a":"rank-grpo:1","b":"sft","metric":"recall@20","difference":0.1,"low":0.05,"high":0.15,"p":0.001},
                        {"a":"rank-grpo:1","b":"sft","metric":"ndcg@20","difference":0.1,"low":0.05,"high":0.15,"p":0.001}]}
        """);

    private JsonDocument Written()
    {
        Make().Write(_folder.PathOf("table"));
        return JsonDocument.Parse(File.ReadAllText(_folder.PathOf("table/table.json")));
    }

    private PaperTable Make()
    {
        string[] reinforced = ["grpo:1", "rank-grpo-exp2:1", "grpo:2", "gspo:2", "rank-grpo:2"];
        Keep([Record("sft", Imitated, hits: 0, seed: 1), .. reinforced.SelectMany(name => new[] { 1, 2 }.Select(seed => Record(name, Reinforced, name.Length % 2, seed)))]);
        return Made();
    }

    private PaperTable Made() => PaperTable.Of(ReproducePaperTests.Data, Recipe, new Options { Runs = _folder.PathOf("kept") }, TestContext.Current.CancellationToken);

    private string Refusal() => Assert.Throws<InvalidDataException>(Made).Message;

    private void Keep(params RunRecord[] runs)
    {
        foreach (var run in runs)
            run.Write(_folder.PathOf($"kept/runs/{run.Name.Replace(':', '-')}-seed{run.Seed}.json"));
    }

    // As many hits of each dialogue as are asked for, at the first ranks.
    private static RunRecord Record(string name, string setting, int hits, int seed) => new()
    {
        Name = name,
        Seed = seed,
        Setting = setting,
        Curve = [1],
        Values = Comparison.Metrics.ToDictionary(metric => metric, _ => Splits.Reported.Select(dialogue => (double)hits / dialogue.GroundTruth.Count).ToArray()),
    };
}
