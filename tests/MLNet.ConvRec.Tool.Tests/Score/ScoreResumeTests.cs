using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Scoring;
using MLNet.ConvRec.Tool.Score;

namespace MLNet.ConvRec.Tool.Tests.Score;

/// <summary>Interrupted at any moment and gone on with, a run writes the bytes of one that was not interrupted.</summary>
public sealed class ScoreResumeTests(SmallShop shop) : IClassFixture<SmallShop>, IDisposable
{
    private const int DefaultKills = 5;
    private const int DialogueCount = 6000;

    private readonly TemporaryFolder _folder = new();

    // 20 by hand; fewer in a usual run, since each takes seconds.
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("CONVREC_KILLS"), out var kills) ? kills : DefaultKills;

    private string _name = "lists.jsonl";

    private string Output => _folder.PathOf(_name);

    private string Partial => Output + ".partial.jsonl";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledAndResumed_EndsWithTheSameBytes()
    {
        var input = WriteInput(DialogueCount);
        var (undisturbed, killed) = (_folder.PathOf("undisturbed.jsonl"), Output);
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, (await ToolProcess.RunAsync(ToolProcess.Folder, Arguments(input, undisturbed))).ExitCode);
        var whole = TimeProvider.System.GetElapsedTime(began);
        var random = new Random(1);
        var (kills, midway, last) = (0, 0, 0L);
        while (kills < Kills)
        {
            // Every third at any moment, while it starts too; the others once it wrote, however fast the machine is just now.
            string[] arguments = [.. Arguments(input, killed), "--resume"];
            var more = 1 + random.NextInt64(new FileInfo(undisturbed).Length / 8);
            var exitCode = kills % 3 == 0
                ? await ToolProcess.RunForAsync(ToolProcess.Folder, whole * random.NextDouble(), arguments)
                : await ToolProcess.RunUntilAsync(ToolProcess.Folder, () => LengthOfPartial() >= last + more, arguments);
            if (exitCode == ToolProcess.Killed)
            {
                kills++;
                Assert.False(File.Exists(killed));
                midway += LengthOfPartial() > last ? 1 : 0;
                last = LengthOfPartial();
                continue;
            }

            Assert.Equal(0, exitCode);
            Assert.Equal(File.ReadAllBytes(undisturbed), File.ReadAllBytes(killed));
            File.Delete(killed);
            last = 0;
        }

        Assert.Equal(0, (await ToolProcess.RunAsync(ToolProcess.Folder, [.. Arguments(input, killed), "--resume"])).ExitCode);
        Assert.Equal(File.ReadAllBytes(undisturbed), File.ReadAllBytes(killed));
        Assert.Equal(["input.jsonl", "lists.jsonl", "undisturbed.jsonl"], _folder.Names);
        Assert.True(midway > Kills / 4, $"too few kills while it scored: {midway}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"id\":\"d-73\",\"recomm")]
    [InlineData("\0\0\0\0")]
    [InlineData("{\"id\":\"d-73\",\"rec\0\0\0\n\0\0")]
    public async Task TornLastLine_IsWrittenAnew(string torn)
    {
        var (input, whole) = await Interrupted(73);
        File.AppendAllText(Partial, torn);

        var run = await Score(input, "--resume");

        Assert.Contains($"{Partial}: 73 dialogues are done; it goes on with the next.", run.Output, StringComparison.Ordinal);
        Assert.Contains("27 dialogues in", run.Output, StringComparison.Ordinal); // the rest, and not all of them
        Assert.Equal(whole, File.ReadAllBytes(Output));
        Assert.Equal(["input.jsonl", "lists.jsonl"], _folder.Names);
    }

    // 100: all lists were written, but not yet the output.
    [Theory]
    [InlineData("lists.jsonl", 100)]
    [InlineData("lists.jsonl.gz", 73)]
    [InlineData("lists.jsonl.gz", 100)]
    [InlineData("lists.parquet", 73)]
    [InlineData("lists.parquet", 100)]
    public async Task EveryFormat_EndsWithTheSameBytes(string name, int done)
    {
        _name = name;
        var (input, whole) = await Interrupted(done);
        Assert.False(File.Exists(Output));

        Assert.Equal(0, (await Score(input, "--resume")).ExitCode);

        Assert.Equal(whole, File.ReadAllBytes(Output));
        Assert.Equal(["input.jsonl", name], _folder.Names);
    }

    [Fact]
    public async Task OtherModelInputOrOptions_AreRefusedAndNothingIsLost()
    {
        var (input, _) = await Interrupted(73);
        var before = File.ReadAllBytes(Partial);
        var model = _folder.PathOf("model.zip");
        File.Copy(shop.ModelPath, model);
        await File.AppendAllTextAsync(model, "0", TestContext.Current.CancellationToken);
        DialogueFile.Write(_folder.PathOf("other.jsonl"), Enumerable.Range(0, 100).Select(i => shop.Dialogue(i == 90 ? 999 : i)));

        var shard = await Score(input, "--resume", "--shard", "1/2");
        var otherInput = await Score(_folder.PathOf("other.jsonl"), "--resume");
        var moreInput = await Score(input, "--input", _folder.PathOf("other.jsonl"), "--resume");

        Assert.Equal($"{Output}.run.json: the interrupted run had --shard 1/1 and not 1/2; give the same again, or leave out --resume to begin anew.", shard.Sentence);
        Assert.Contains($"had another --input, {input} as it was then; give the same", otherInput.Sentence, StringComparison.Ordinal);
        Assert.Contains("had another --input, 1 file and not 2;", moreInput.Sentence, StringComparison.Ordinal);
        File.WriteAllText($"{Output}.run.json", File.ReadAllText($"{Output}.run.json").Replace("\"sha256\": \"", "\"sha256\": \"0", StringComparison.Ordinal));
        Assert.Contains($"had another --model, {shop.ModelPath} as it was then;", (await Score(input, "--resume")).Sentence, StringComparison.Ordinal);
        File.WriteAllText($"{Output}.run.json", "{");
        Assert.Contains("does not say", (await Score(input, "--resume")).Sentence, StringComparison.Ordinal);
        File.Delete($"{Output}.run.json");
        Assert.Contains("does not say", (await Score(input, "--resume")).Sentence, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Partial));
        Assert.False(File.Exists(Output));
    }

    [Fact]
    public async Task WithoutResume_ItBeginsAnewAndSaysSo()
    {
        var (input, whole) = await Interrupted(73);
        File.WriteAllText(Partial, "{\"id\":\"of something else\"}\n");

        var run = await Score(input);

        Assert.Contains($"{Partial}: the lists of an interrupted run are thrown away", run.Output, StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllBytes(Output));
        Assert.Equal(["input.jsonl", "lists.jsonl"], _folder.Names);
    }

    [Fact]
    public async Task NothingToResume_IsSaidAndTheRunBegins()
    {
        var run = await Score(WriteInput(3), "--resume");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("There is nothing to resume: it begins with the first dialogue.", run.Output, StringComparison.Ordinal);
        Assert.Equal(3, RecommendationFile.Read(Output).Count());
    }

    [Fact]
    public async Task StoppedRun_KeepsItsListsAndSaysHowToGoOn()
    {
        var input = WriteInput(20_000);
        Assert.Equal(0, (await Score(input)).ExitCode);
        var whole = File.ReadAllBytes(Output);
        File.Delete(Output);
        using var stop = new CancellationTokenSource();
        using var error = new StringWriter();
        var running = Task.Run(() => CommandLine.RunAsync(Arguments(input, Output), TextWriter.Null, error, stop.Token));
        while (!running.IsCompleted && !(File.Exists(Partial) && new FileInfo(Partial).Length > 1000))
            await Task.Delay(1, TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        Assert.Equal(130, await running);
        var kept = File.ReadLines(Partial).Count();
        Assert.Equal([$"{Partial}: keeps the {kept} lists so far; the same command with --resume goes on from there.", "Stopped."], error.ToString().TrimEnd().Split('\n'));
        Assert.False(File.Exists(Output));
        Assert.Equal(0, (await Score(input, "--resume")).ExitCode);
        Assert.Equal(whole, File.ReadAllBytes(Output));
    }

    // A malformed line ends the run after hours: what was done is not lost, and the ledger names every line.
    [Fact]
    public async Task RunThatAMalformedLineEnded_GoesOnBySkippingIt()
    {
        var input = WriteInput(700);
        var lines = File.ReadAllLines(input);
        _folder.WithLines("input.jsonl", [.. lines[..600], "{", .. lines[600..]]);
        var failed = await Score(input);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains($"{Partial}: keeps the 512 lists so far; the same command with --resume goes on from there.", failed.Error, StringComparison.Ordinal);

        var run = await Score(input, "--resume", "--skip-invalid");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("188 dialogues in ", run.Output, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 700).Select(i => $"d-{i}"), RecommendationFile.Read(Output).Select(list => list.Id));
        Assert.Contains("\"line\":601", Assert.Single(File.ReadLines($"{Output}.rejected.jsonl")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-", "lists.jsonl", "--input -, which can't be read again")]
    [InlineData("input.jsonl", "-", "--output -, which keeps nothing")]
    [InlineData("input.jsonl", "/dev/null", "--output /dev/null, which keeps nothing")]
    public async Task WhatCannotBeGoneOnWith_IsRefused(string input, string output, string told)
    {
        WriteInput(1);

        var run = await Run.Of("score", "--model", shop.ModelPath, "--input", At(input), "--output", At(output), "--resume");

        Assert.StartsWith($"--resume can't go on with {told}", run.Sentence, StringComparison.Ordinal);
    }

    private long LengthOfPartial() => new FileInfo(Partial) is { Exists: true } partial ? partial.Length : 0;

    private string At(string name) => name is "-" or "/dev/null" ? name : _folder.PathOf(name);

    // As a kill leaves it after some of a hundred lists.
    private async Task<(string Input, byte[] Whole)> Interrupted(int done)
    {
        var input = WriteInput(100);
        Assert.Equal(0, (await Score(input)).ExitCode);
        var whole = File.ReadAllBytes(Output);
        using (var partial = File.Create(Partial))
            RecommendationFile.Write(partial, RecommendationFile.Read(Output).Take(done));
        File.Delete(Output);
        var options = new ScoreOptions { Model = shop.ModelPath, Input = [input], Output = Output };
        ScoreIdentity.Of(options, [input], TestContext.Current.CancellationToken).Write($"{Output}.run.json");
        return (input, whole);
    }

    private string WriteInput(int count)
    {
        DialogueFile.Write(_folder.PathOf("input.jsonl"), Enumerable.Range(0, count).Select(shop.Dialogue));
        return _folder.PathOf("input.jsonl");
    }

    private Task<Run> Score(string input, params string[] more) => Run.Of([.. Arguments(input, Output), .. more]);

    private string[] Arguments(string input, string output) => ["score", "--model", shop.ModelPath, "--input", input, "--output", output];
}
