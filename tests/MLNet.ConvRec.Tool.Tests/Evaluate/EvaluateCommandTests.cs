using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Tests;

namespace MLNet.ConvRec.Tool.Tests.Evaluate;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _catalog;
    private readonly string _dialogues;
    private readonly string _hit;
    private readonly string _miss;

    public EvaluateCommandTests()
    {
        _catalog = _folder.WithLines(
            "catalog.jsonl", """{"title":"Alien","year":1979}""", """{"title":"Heat","year":1995}""", """{"title":"Up","year":2009}""");
        _dialogues = _folder.WithLines("test.jsonl", Dialogue("a-1", "Heat", 1995), Dialogue("b-1", "Up", 2009));
        _hit = _folder.WithLines("good.jsonl", List("a-1", ("Heat", 1995), ("Up", 2009)), List("b-1", ("Up", 2009)));
        _miss = _folder.WithLines("poor.jsonl", List("a-1", ("Alien", 1979), ("Heat", 1995)), List("b-1", ("Heat", 1995)));
    }

    private string Json => _folder.PathOf("out/metrics.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TwoSystems_GiveTableReportAndPairedDifferences()
    {
        var run = await Evaluate([_hit, _miss], "--json", Json);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = MetricsReport.Read(Json);
        Assert.Equal(["good", "poor"], report.Systems.Select(system => system.Name));
        Assert.Equal(1, report.Systems[0].Metrics["recall@1"].Mean);
        Assert.Equal(0.5, report.Systems[1].Metrics["recall@20"].Mean);
        Assert.Equal(["recall@20", "ndcg@20"], report.Comparisons.Select(comparison => comparison.Metric));
        Assert.All(report.Comparisons, comparison => Assert.Equal(("poor", "good"), (comparison.A, comparison.B)));
        Assert.Equal(-0.5, report.Comparisons[0].Difference);
        Assert.All(report.Comparisons, comparison => Assert.Equal(Math.Min(1, 2 * comparison.P), comparison.PHolm));
        Assert.Contains(", of 2 comparisons (Holm) p = 1.000", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("/test", report.Dataset, StringComparison.Ordinal);
        Assert.Contains("poor over good, recall@20: -0.5000", run.Output, StringComparison.Ordinal);
        Assert.Contains("1.0000", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_AddsTheRowsToCompareWith()
    {
        var train = _folder.WithLines(
            "train.jsonl", Dialogue("t-1", "Up", 2009), Dialogue("u-1", "Up", 2009), Dialogue("v-1", "Heat", 1995));

        var run = await Evaluate([_hit], "--json", Json, "--train", train);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = MetricsReport.Read(Json);
        Assert.Equal(["good", "popularity", "namedTogether", "repeater"], report.Systems.Select(system => system.Name));
        Assert.Equal(0.5, report.Systems[1].Metrics["recall@1"].Mean);
        Assert.Empty(report.Comparisons);
    }

    [Fact]
    public async Task PaperFiltered_MovesLaterLinesUp()
    {
        const string alien = """[{"title":"Alien","year":1979}]""";
        var seen = _folder.WithLines("seen.jsonl", Dialogue("a-1", "Heat", 1995, alien), Dialogue("b-1", "Up", 2009));
        string[] arguments = ["evaluate", "--recommendations", _miss, "--dialogues", seen, "--catalog", _catalog, "--json", Json];

        await Run.Of([.. arguments, "--protocol", "paper-filtered"]);
        var filtered = MetricsReport.Read(Json).Systems[0].Metrics["recall@1"].Mean;
        await Run.Of([.. arguments, "--protocol", "fixed-ranks"]);
        var kept = MetricsReport.Read(Json).Systems[0].Metrics["recall@1"].Mean;

        Assert.Equal((0.5, 0), (filtered, kept));
    }

    [Fact]
    public async Task UnknownProtocol_IsNamed()
    {
        var run = await Evaluate([_hit], "--protocol", "generous");

        Assert.Equal("--protocol must be fixed-ranks or paper-filtered, not generous.", run.Sentence);
    }

    [Fact]
    public async Task DialoguesOfOneConversation_AreResampledTogetherUnlessToldOtherwise()
    {
        var prefixes = _folder.WithLines("prefixes.jsonl", Dialogue("a-1", "Heat", 1995), Dialogue("a-2", "Heat", 1995), Dialogue("b-1", "Up", 2009));
        string[] arguments = ["evaluate", "--recommendations", _hit, "--dialogues", prefixes, "--catalog", _catalog, "--json", Json];

        var whole = await Run.Of(arguments);
        var conversations = MetricsReport.Read(Json).Systems[0].Conversations;
        var alone = await Run.Of([.. arguments, "--resample", "dialogue"]);

        Assert.Equal((2, null), (conversations, MetricsReport.Read(Json).Systems[0].Conversations));
        Assert.Contains("3 dialogues of 2 conversations: ", whole.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("conversations", alone.Output, StringComparison.Ordinal);
        var unknown = await Run.Of([.. arguments, "--resample", "turn"]);
        Assert.Equal("--resample must be conversation or dialogue, not turn.", unknown.Sentence);
    }

    [Fact]
    public async Task TrecFolder_HoldsRunsThatCanBeEvaluatedInTurn()
    {
        var folder = _folder.PathOf("trec");

        var run = await Evaluate([_hit, _miss], "--trec", folder, "--json", Json);
        var first = MetricsReport.Read(Json);
        var again = await Evaluate([Path.Combine(folder, "good.run"), Path.Combine(folder, "poor.run")], "--json", Json);

        Assert.Equal((0, 0), (run.ExitCode, again.ExitCode));
        Assert.Equal(["good.run", "poor.run", "qrels"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equivalent(first.Systems, MetricsReport.Read(Json).Systems, strict: true);
        Assert.Contains("which this run reads", (await Evaluate([Path.Combine(folder, "good.run")], "--trec", folder)).Sentence, StringComparison.Ordinal);
        Assert.Contains("--trec", (await Evaluate([_hit], "--trec", _hit)).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strata_AreInTableAndReport()
    {
        var train = _folder.WithLines("train.jsonl", Dialogue("t-1", "Up", 2009), Dialogue("u-1", "Up", 2009), Dialogue("v-1", "Alien", 1979));

        var run = await Evaluate([_hit, _miss], "--json", Json, "--train", train, "--strata");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var strata = MetricsReport.Read(Json).Strata!.ToDictionary(stratum => stratum.Name);
        Assert.Equal(["shortDialogues", "longDialogues", "popularItems", "rareItems", "neverChosenItems", "coldItems"], strata.Keys);
        Assert.Equal(["good", "poor", "popularity", "namedTogether", "repeater"], strata["popularItems"].Systems.Select(system => system.Name));
        Assert.Equal((1, 1.0), (strata["popularItems"].Systems[0].Dialogues, strata["popularItems"].Systems[0].Metrics["recall@1"].Mean));
        Assert.Equal(0.0, strata["popularItems"].Systems[1].Metrics["recall@20"].Mean); // poor has Heat in Up's place
        Assert.Equal(1.0, strata["coldItems"].Systems[1].Metrics["recall@20"].Mean);
        Assert.Empty(strata["rareItems"].Systems);
        Assert.Contains("coldItems (neither chosen nor named in train): 1 dialogues", run.Output, StringComparison.Ordinal);
        Assert.Contains("rareItems (chosen in train, but not popular): no dialogue", run.Output, StringComparison.Ordinal);
        await Evaluate([_hit], "--json", Json);
        Assert.Null(MetricsReport.Read(Json).Strata);
    }

    [Fact]
    public async Task PooledRuns_AreARowAndNoComparison()
    {
        var run = await Evaluate([_hit, _miss], "--pool", "--json", Json);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = MetricsReport.Read(Json);
        Assert.Equal(["good", "poor", "pooled"], report.Systems.Select(system => system.Name));
        Assert.Equal((0.5, "2 runs"), (report.Systems[2].Metrics["recall@1"].Mean, report.Systems[2].Note));
        Assert.Empty(report.Comparisons);
        Assert.Equal("--pool takes two --recommendations or more, one for each run.", (await Evaluate([_hit], "--pool")).Sentence);
    }

    [Fact]
    public async Task RunsOfOneSystem_AreOneRow_AndComparedByTheirMeans()
    {
        string Copy(string path, string name)
        {
            File.Copy(path, _folder.PathOf(name));
            return _folder.PathOf(name);
        }

        var run = await Evaluate([_miss, $"both={Copy(_hit, "a.jsonl")},{Copy(_miss, "b.jsonl")}", $"same={Copy(_hit, "c.jsonl")},{_hit}"], "--json", Json);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = MetricsReport.Read(Json);
        Assert.Equal([("poor", 0.0), ("both", 0.5), ("same", 1.0)], report.Systems.Select(system => (system.Name, system.Metrics["recall@1"].Mean)));
        Assert.Equal([null, "2 runs", "2 runs"], report.Systems.Select(system => system.Note));
        var better = report.Comparisons.Where(pair => pair.Metric == "recall@20").ToDictionary(pair => pair.A, pair => pair.Difference);
        Assert.Equal(report.Systems[1].Metrics["recall@20"].Mean - report.Systems[0].Metrics["recall@20"].Mean, better["both"], 1e-12);
        Assert.Null(report.Calibration);
    }

    [Fact]
    public async Task Calibration_TellsWhatScoresAreWorth_AndWantsThem()
    {
        var scored = _folder.WithLines("scored.jsonl", """{"id":"a-1","recommendations":[{"rank":1,"title":"Heat","year":1995,"score":-0.1},{"rank":2,"title":"Up","year":2009,"score":-3}]}""");

        var run = await Evaluate([scored], "--json", Json, "--calibration");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var calibration = Assert.Single(MetricsReport.Read(Json).Calibration!);
        Assert.Equal(("scored", 1.0), (calibration.Name, calibration.Discrimination));
        Assert.Contains("scored: scores of lines, and how many of them hit", run.Output, StringComparison.Ordinal);
        Assert.Contains("A hit has a higher score than a miss in 1.0000 of pairs; expected calibration error 0.07", run.Output, StringComparison.Ordinal);
        Assert.Equal($"{_hit}: The list of dialogue 'a-1' has no finite score at rank 1; calibration needs one in each line.", (await Evaluate([_hit], "--calibration")).Sentence);
    }

    [Theory]
    [InlineData("alone=")]
    [InlineData("=x.jsonl,y.jsonl")]
    [InlineData("one=x.jsonl")]
    public async Task RunsThatCannotBeRead_AreSaid(string written) =>
        Assert.Equal($"--recommendations {written} can't be read; write NAME=FILE,FILE for several runs of one system, or a file.", (await Evaluate([written])).Sentence);

    [Fact]
    public async Task FilesOfOneName_AreToldApartByTheirPaths()
    {
        Directory.CreateDirectory(_folder.PathOf("b"));
        File.Copy(_hit, _folder.PathOf("b/good.jsonl"));

        await Evaluate([_hit, _folder.PathOf("b/good.jsonl")], "--json", Json);

        Assert.Equal([_folder.PathOf("good"), _folder.PathOf("b/good")], MetricsReport.Read(Json).Systems.Select(system => system.Name));
    }

    [Fact]
    public async Task DialogueWithoutList_IsTold()
    {
        var run = await Evaluate([_folder.WithLines("half.jsonl", List("a-1", ("Heat", 1995)))]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("half: 1 of 2 dialogues have no list", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadFiles_AreOneSentenceAndNoReport()
    {
        var stranger = _folder.WithLines("stranger.jsonl", List("z-9", ("Heat", 1995)));
        var broken = _folder.WithLines("broken.jsonl", List("a-1", ("Heat", 1995)), "{");
        var empty = _folder.WithLines("empty.jsonl");
        var untitled = _folder.WithLines("untitled.jsonl", """{"title":" ","year":1979}""");
        var missing = _folder.PathOf("missing.jsonl");

        Assert.StartsWith($"{stranger}: ", (await Evaluate([_hit, stranger], "--json", Json)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{broken}, line 2: ", (await Evaluate([broken], "--json", Json)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{missing}: ", (await Evaluate([missing], "--json", Json)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{empty}: there is no dialogue", (await Of(_hit, empty, _catalog)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{untitled}, line 1: ", (await Of(_hit, _dialogues, untitled)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{empty}: no item with a usable title", (await Of(_hit, _dialogues, empty)).Sentence, StringComparison.Ordinal);
        Assert.Contains("is given twice", (await Evaluate([_hit, _hit], "--json", Json)).Sentence, StringComparison.Ordinal);
        Assert.Contains("is also read by this run", (await Evaluate([_hit], "--json", _hit)).Sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.PathOf("out")));
    }

    private static string Dialogue(string id, string title, int year, string seen = "[]") =>
        $$"""{"id":"{{id}}","turns":[{"role":"user","text":"Hi"}],"seen":{{seen}},"groundTruth":[{"title":"{{title}}","year":{{year}}}]}""";

    private static string List(string id, params (string Title, int Year)[] lines)
    {
        var items = lines.Select((line, i) => $$"""{"rank":{{i + 1}},"title":"{{line.Title}}","year":{{line.Year}}}""");
        return $$"""{"id":"{{id}}","recommendations":[{{string.Join(",", items)}}]}""";
    }

    private Task<Run> Evaluate(string[] recommendations, params string[] more) =>
        Run.Of(["evaluate", "--recommendations", .. recommendations, "--dialogues", _dialogues, "--catalog", _catalog, .. more]);

    private Task<Run> Of(string recommendations, string dialogues, string catalog) =>
        Run.Of("evaluate", "--recommendations", recommendations, "--dialogues", dialogues, "--catalog", catalog, "--json", Json);
}
