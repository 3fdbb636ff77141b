using System.IO.Compression;
using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Scoring;

namespace MLNet.ConvRec.Tool.Tests.Score;

public sealed class ScoreCommandTests(SmallShop shop) : IClassFixture<SmallShop>, IDisposable
{
    private const string Good = """{"id":"a-1","turns":[{"role":"user","text":"I loved Arrival (2016)."}]}""";

    private readonly TemporaryFolder _folder = new();

    private string Output => _folder.PathOf("lists.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dialogues_GetTheListsOfTheModel()
    {
        Dialogue[] dialogues = [.. Enumerable.Range(0, 40).Select(shop.Dialogue)];
        DialogueFile.Write(_folder.PathOf("input.jsonl"), dialogues);

        var run = await Score(_folder.PathOf("input.jsonl"));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("40 dialogues", run.Output, StringComparison.Ordinal);
        Assert.Contains("dialogues/s", run.Output, StringComparison.Ordinal);
        Assert.Equal(shop.ScoreInBatches(dialogues).Select(Shown), RecommendationFile.Read(Output).Select(Shown));
    }

    [Fact]
    public async Task SeveralInputs_AreScoredInOrder_GzipInAndOut()
    {
        DialogueFile.Write(_folder.PathOf("one.jsonl"), [shop.Dialogue(3), shop.Dialogue(1)]);
        DialogueFile.Write(_folder.PathOf("two.jsonl.gz"), [shop.Dialogue(2)]);
        var output = _folder.PathOf("lists.jsonl.gz");

        var run = await Run.Of(
            "score", "--model", shop.ModelPath, "--input", _folder.PathOf("one.jsonl"), _folder.PathOf("two.jsonl.gz"), "--output", output);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["d-3", "d-1", "d-2"], RecommendationFile.Read(output).Select(list => list.Id));
        using var gzip = new GZipStream(File.OpenRead(output), CompressionMode.Decompress);
        Assert.Equal('{', gzip.ReadByte());
    }

    [Theory]
    [InlineData("""{"id":"a-2","turns":[{"role":"user","text":"cut""", "line 2: not valid JSON")]
    [InlineData("""{"id":"a-2","turns":[{"role":"robot","text":"Hi"}]}""", "line 2: unknown role \"robot\"")]
    [InlineData("""{"id":"a-2","turns":[]}""", "line 2: the dialogue is empty")]
    [InlineData("""{"id":"a-2"}""", "line 2: \"turns\" is missing")]
    public async Task BadLine_IsOneSentenceAndNoOutput(string line, string problem)
    {
        var input = _folder.WithLines("input.jsonl", Good, line);

        var run = await Score(input);

        Assert.StartsWith($"{input}, {problem}", run.Sentence, StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
    }

    [Fact]
    public async Task BadLine_LeavesAnEarlierOutputAsItWas()
    {
        var input = _folder.WithLines("input.jsonl", Good, "{");
        File.WriteAllText(Output, "earlier");

        var run = await Score(input);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("earlier", File.ReadAllText(Output));
    }

    [Fact]
    public async Task BadLines_AreListedAndCountedWhenSkipped()
    {
        var input = _folder.WithLines("input.jsonl", "{", Good, """{"id":"b-1","turns":[]}""", Named("c-1"));

        var run = await Run.Of("score", "--model", shop.ModelPath, "--input", input, "--output", Output, "--skip-invalid");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["a-1", "c-1"], RecommendationFile.Read(Output).Select(list => list.Id));
        var told = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, told.Length);
        Assert.StartsWith($"{input}, line 1: ", told[0], StringComparison.Ordinal);
        Assert.StartsWith($"{input}, line 3: ", told[1], StringComparison.Ordinal);
        Assert.Equal($"2 malformed lines left out: {Output}.rejected.jsonl.", told[2].Trim());
        var ledger = File.ReadLines($"{Output}.rejected.jsonl").Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal([(input, 1), (input, 3)], ledger.Select(line => (line.GetProperty("file").GetString()!, line.GetProperty("line").GetInt32())));
        Assert.All(ledger, (line, number) => Assert.Contains(line.GetProperty("reason").GetString()!, told[number], StringComparison.Ordinal));
    }

    [Fact]
    public async Task NothingMalformed_LeavesNoLedger_NotEvenAnEarlierOne()
    {
        File.WriteAllText($"{Output}.rejected.jsonl", "earlier");

        var run = await Run.Of("score", "--model", shop.ModelPath, "--input", _folder.WithLines("input.jsonl", Good), "--output", Output, "--skip-invalid");

        Assert.Equal((0, "0 malformed lines left out."), (run.ExitCode, run.Error.Trim()));
        Assert.Equal(["input.jsonl", "lists.jsonl"], _folder.Names);
    }

    [Fact]
    public async Task ManyMalformedLines_AreToldInTheLedgerOnly()
    {
        var input = _folder.WithLines("input.jsonl", Enumerable.Repeat("{", 1000));

        var run = await Run.Of("score", "--model", shop.ModelPath, "--input", input, "--output", Output, "--skip-invalid");

        Assert.Equal(22, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($"1,000 malformed lines left out: {Output}.rejected.jsonl.", run.Error, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 1000), File.ReadLines($"{Output}.rejected.jsonl").Select(line => JsonElement.Parse(line).GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task IdOfTwoInputs_IsOneSentenceAndNoOutput()
    {
        var first = _folder.WithLines("first.jsonl", Good);
        var second = _folder.WithLines("second.jsonl", Good);

        var run = await Run.Of("score", "--model", shop.ModelPath, "--input", first, "--input", second, "--output", Output);

        Assert.Equal($"{second}: the dialogue id \"a-1\" stands twice in the input; give each dialogue its own.", run.Sentence);
        Assert.False(File.Exists(Output));
    }

    [Fact]
    public async Task MissingFiles_AreNamed()
    {
        var input = _folder.WithLines("input.jsonl", Good);
        var missing = _folder.PathOf("missing");

        var noInput = await Run.Of("score", "--model", shop.ModelPath, "--input", input, missing, "--output", Output);
        var noModel = await Run.Of("score", "--model", missing, "--input", input, "--output", Output);

        Assert.StartsWith($"{missing}: there is no such file", noInput.Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{missing}: no such file", noModel.Sentence, StringComparison.Ordinal);
        Assert.Equal(["input.jsonl"], _folder.Names);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.99)]
    public async Task ModelCutShort_IsOneSentenceAndNoOutput(double share)
    {
        var bytes = File.ReadAllBytes(shop.ModelPath);
        var model = _folder.PathOf("model.zip");
        File.WriteAllBytes(model, bytes[..(int)(share * bytes.Length)]);

        var run = await Run.Of("score", "--model", model, "--input", _folder.WithLines("input.jsonl", Good), "--output", Output);

        Assert.StartsWith($"{model}: is cut short", run.Sentence, StringComparison.Ordinal);
        Assert.Equal(["input.jsonl", "model.zip"], _folder.Names);
    }

    [Fact]
    public async Task OutputThatIsAnInputOrAFolder_IsRefused()
    {
        var input = _folder.WithLines("input.jsonl", Good);

        var overInput = await Run.Of("score", "--model", shop.ModelPath, "--input", input, "--output", input);
        var overFolder = await Run.Of("score", "--model", shop.ModelPath, "--input", input, "--output", _folder.FullName);

        Assert.Contains("is also read by this run", overInput.Sentence, StringComparison.Ordinal);
        Assert.Contains("is a folder", overFolder.Sentence, StringComparison.Ordinal);
        Assert.Equal(Good, File.ReadAllText(input).Trim());
    }

    [Fact]
    public async Task StoppedRun_LeavesNoOutput()
    {
        using var stop = new CancellationTokenSource();
        using var error = new StoppingWriter(stop);
        var input = _folder.WithLines("input.jsonl", [Good, "{", .. Enumerable.Range(0, 500).Select(i => Named($"b-{i}"))]);
        string[] arguments = ["score", "--model", shop.ModelPath, "--input", input, "--output", Output, "--skip-invalid"];

        var exitCode = await CommandLine.RunAsync(arguments, TextWriter.Null, error, stop.Token);

        Assert.Equal(130, exitCode);
        Assert.EndsWith("Stopped.", error.ToString().TrimEnd(), StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
        Assert.DoesNotContain(_folder.Names, name => name.Contains(".rejected.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutTorch_AnotherProcessScores()
    {
        using var tool = new TemporaryFolder();
        ToolProcess.CopyWithoutTraining(tool.FullName);
        DialogueFile.Write(_folder.PathOf("input.jsonl"), [shop.Dialogue(5)]);

        var run = await ToolProcess.RunAsync(
            tool.FullName, "score", "--model", shop.ModelPath, "--input", _folder.PathOf("input.jsonl"), "--output", Output);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(SmallShop.Score(shop.Chain, shop.Dialogue(5)).Select(Shown), RecommendationFile.Read(Output).Select(Shown));
    }

    private static string Shown(RecommendationList list) =>
        $"{list.Id}: {string.Join("; ", list.Recommendations.Select(item => $"{item.Rank} {item.Title} {item.Year} {item.Score:R}"))}";

    private static string Named(string id) => Good.Replace("a-1", id, StringComparison.Ordinal);

    private Task<Run> Score(string input) => Run.Of("score", "--model", shop.ModelPath, "--input", input, "--output", Output);

    // Stops the run at the first line it is told.
    private sealed class StoppingWriter(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            stop.Cancel();
        }
    }
}
