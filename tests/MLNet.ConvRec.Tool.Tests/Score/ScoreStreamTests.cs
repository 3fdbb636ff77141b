using System.Diagnostics;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Scoring;

namespace MLNet.ConvRec.Tool.Tests.Score;

/// <summary>Input and output that are no files: standard ones, pipes, devices, links.</summary>
public sealed class ScoreStreamTests : IClassFixture<SmallShop>, IDisposable
{
    private readonly SmallShop _shop;
    private readonly TemporaryFolder _folder = new();
    private readonly string _input;
    private readonly string _expected;

    public ScoreStreamTests(SmallShop shop)
    {
        _shop = shop;
        _input = _folder.PathOf("input.jsonl");
        DialogueFile.Write(_input, Enumerable.Range(0, 30).Select(shop.Dialogue));
        RecommendationFile.Write(_folder.PathOf("expected.jsonl"), shop.ScoreInBatches(DialogueFile.Read(_input)));
        _expected = File.ReadAllText(_folder.PathOf("expected.jsonl"));
        File.Delete(_folder.PathOf("expected.jsonl"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-", "-")]
    [InlineData("/dev/stdin", "/dev/stdout")]
    public async Task StandardInputAndOutput_HoldNothingButDialoguesAndLists(string input, string output)
    {
        SkipOnWindows();

        var run = await ToolProcess.RunWithInputAsync(File.ReadAllText(_input), ToolProcess.Folder, Arguments(input, output));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(_expected, run.Output);
        Assert.StartsWith($"{output}: 30 dialogues in ", run.Error, StringComparison.Ordinal);
        Assert.Equal(["input.jsonl"], _folder.Names);
    }

    [Fact]
    public async Task ReaderThatHasEnough_EndsTheRun()
    {
        SkipOnWindows();
        DialogueFile.Write(_input, Enumerable.Range(0, 500).Select(_shop.Dialogue));

        var run = await ToolProcess.RunToFirstLineAsync(ToolProcess.Folder, Arguments(_input, "-"));

        // Of the same 500: what shares a batch rounds alike.
        RecommendationFile.Write(_folder.PathOf("expected.jsonl"), _shop.ScoreInBatches(DialogueFile.Read(_input)).Take(1));
        Assert.Equal(File.ReadLines(_folder.PathOf("expected.jsonl")).Single(), run.Output);
        Assert.StartsWith("--output -: standard output takes no more (", run.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MalformedLinesOfStandardInput_AreToldOnStandardError()
    {
        var run = await ToolProcess.RunWithInputAsync("{\n" + File.ReadAllText(_input), ToolProcess.Folder, [.. Arguments("-", "-"), "--skip-invalid"]);

        Assert.Equal((0, _expected), (run.ExitCode, run.Output));
        Assert.StartsWith("-, line 1: not valid JSON", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 malformed line left out.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StandardInputThatFails_LeavesNothing()
    {
        var run = await ToolProcess.RunWithInputAsync(File.ReadAllText(_input) + "{", ToolProcess.Folder, Arguments("-", _folder.PathOf("lists.jsonl")));

        Assert.StartsWith("-, line 31: not valid JSON", run.Sentence, StringComparison.Ordinal);
        Assert.Equal(["input.jsonl"], _folder.Names);
    }

    [Fact]
    public async Task StandardInput_IsReadOnce()
    {
        var run = await Run.Of("score", "--model", _shop.ModelPath, "--input", "-", "-", "--output", _folder.PathOf("lists.jsonl"));

        Assert.Equal("--input - can be given once: standard input is read once.", run.Sentence);
    }

    [Fact]
    public async Task Pipes_AreReadAndWrittenThrough()
    {
        SkipOnWindows();
        var (dialogues, lists) = (Pipe("dialogues"), Pipe("lists"));
        var written = Task.Run(() => File.WriteAllText(dialogues, File.ReadAllText(_input)), TestContext.Current.CancellationToken);
        var read = Task.Run(() => File.ReadAllText(lists), TestContext.Current.CancellationToken);

        var run = await Run.Of(Arguments(dialogues, lists));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        await written;
        Assert.Equal(_expected, await read);
        Assert.True(WriteTarget.IsThrough(lists));
        Assert.Equal(["dialogues", "input.jsonl", "lists"], _folder.Names);
    }

    [Fact]
    public async Task Device_StaysADevice()
    {
        SkipOnWindows();

        var run = await Run.Of(Arguments(_input, "/dev/null"));
        var parquet = await Run.Of(Arguments(_input, Link("lists.parquet", "/dev/null")));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("takes no Parquet; name a file", parquet.Sentence, StringComparison.Ordinal);
        Assert.True(WriteTarget.IsThrough("/dev/null"));
        Assert.Equal(["input.jsonl", "lists.parquet"], _folder.Names);
    }

    [Theory]
    [InlineData("earlier")]
    [InlineData(null)]
    public async Task Link_StaysALinkAndItsTargetIsWritten(string? earlier)
    {
        Directory.CreateDirectory(_folder.PathOf("elsewhere"));
        var target = _folder.PathOf("elsewhere/target.jsonl");
        if (earlier is not null)
            File.WriteAllText(target, earlier);
        var link = Link("lists.jsonl", target);

        var run = await Run.Of(Arguments(_input, link));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.Null(new FileInfo(target).LinkTarget);
        Assert.Equal(_expected, File.ReadAllText(target));
        Assert.Equal([target], Directory.GetFiles(_folder.PathOf("elsewhere")));
    }

    [Fact]
    public async Task LinkToAnInput_IsRefused()
    {
        var before = File.ReadAllText(_input);

        var run = await Run.Of(Arguments(_input, Link("lists.jsonl", _input)));

        Assert.Contains("is also read by this run", run.Sentence, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_input));
    }

    private string[] Arguments(string input, string output) => ["score", "--model", _shop.ModelPath, "--input", input, "--output", output];

    private string Link(string name, string target)
    {
        File.CreateSymbolicLink(_folder.PathOf(name), target);
        return _folder.PathOf(name);
    }

    private string Pipe(string name)
    {
        using var made = Process.Start("mkfifo", _folder.PathOf(name));
        made.WaitForExit();
        return _folder.PathOf(name);
    }

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "no pipes and devices by name");
}
