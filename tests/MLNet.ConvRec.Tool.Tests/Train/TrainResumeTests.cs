using System.Text.Json;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Export;
using MLNet.ConvRec.Tests.Scoring;

namespace MLNet.ConvRec.Tool.Tests.Train;

/// <summary>Real processes, killed: the run that is resumed ends with the weights of one that was not killed.</summary>
public sealed class TrainResumeTests(SmallShop shop) : IClassFixture<SmallShop>, IDisposable
{
    private const int DefaultKills = 6;

    private readonly TemporaryFolder _folder = new();

    // 20 by hand; fewer in a usual run, since each takes seconds.
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("CONVREC_KILLS"), out var kills) ? kills : DefaultKills;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledAndResumed_EndsWithTheSameBytes()
    {
        WriteInputs();
        var began = TimeProvider.System.GetTimestamp();
        var undisturbed = await ToolProcess.RunAsync(ToolProcess.Folder, Arguments("undisturbed"));
        Assert.Equal((0, ""), (undisturbed.ExitCode, undisturbed.Error));
        var whole = TimeProvider.System.GetElapsedTime(began);
        var random = new Random(1);
        List<string> stoodAt = [];
        var resumedSteps = 0;
        while (stoodAt.Count < Kills)
        {
            var isFresh = !Directory.Exists(_folder.PathOf("killed"));
            began = TimeProvider.System.GetTimestamp();

            // In turn at any moment, while it starts too, and once it kept another checkpoint, however fast the machine is just now.
            string[] arguments = [.. Arguments("killed"), "--resume"];
            var (time, stood) = (whole * random.NextDouble(), string.Join('+', Checkpoints("killed")));
            var exitCode = stoodAt.Count % 2 == 0
                ? await ToolProcess.RunForAsync(ToolProcess.Folder, time, arguments)
                : await ToolProcess.RunUntilAsync(ToolProcess.Folder, () => string.Join('+', Checkpoints("killed")) is { Length: > 0 } now && now != stood, arguments);
            if (exitCode == ToolProcess.Killed)
            {
                stoodAt.Add(string.Join('+', Checkpoints("killed")));
                resumedSteps += Checkpoints("killed").Length > 0 ? 1 : 0;
                continue;
            }

            // It was done before its moment came: the next begins with none.
            Assert.Equal(0, exitCode);
            AssertTheSame();

            // The undisturbed run may have been measured on a busier machine: moments beyond a run's end would kill none.
            if (isFresh && TimeProvider.System.GetElapsedTime(began) is var shorter && shorter < whole)
                whole = shorter;
            Directory.Delete(_folder.PathOf("killed"), recursive: true);
        }

        var last = await ToolProcess.RunAsync(ToolProcess.Folder, [.. Arguments("killed"), "--resume"]);
        Assert.Equal((0, ""), (last.ExitCode, last.Error));
        AssertTheSame();
        TestContext.Current.TestOutputHelper?.WriteLine($"newest checkpoints at each kill: {string.Join(", ", stoodAt)}");
        Assert.True(resumedSteps > Kills / 4, "too few kills while it trained");
    }

    [Fact]
    public async Task InterruptedRun_IsNotBegunAnew_UnlessItsCheckpointsAreDeleted()
    {
        WriteInputs();
        Directory.CreateDirectory(_folder.PathOf("run/checkpoints/sft"));

        var refused = await Run.Of(Arguments("run"));
        Assert.Contains("holds an interrupted run; add --resume to go on with it, or delete", refused.Sentence, StringComparison.Ordinal);

        Directory.Delete(_folder.PathOf("run/checkpoints"), recursive: true);
        Assert.Equal(0, (await Run.Of(Arguments("run"))).ExitCode);
        Assert.False(Directory.Exists(_folder.PathOf("run/checkpoints"))); // the model is whole
    }

    [Fact]
    public async Task StoppedRun_NamesWhatIsOfAnotherRun_AndWhatIsDamaged()
    {
        WriteInputs();
        Assert.Equal(0, (await Run.Of(Arguments("undisturbed"))).ExitCode);
        Assert.Equal(130, await StoppedAtStep(5));
        var newest = Directory.GetDirectories(_folder.PathOf("killed/checkpoints/sft"), "step-*").MaxBy(StepOf)!;

        var other = await Run.Of([.. Arguments("killed"), "--resume", "--seed", "5"]);
        Assert.StartsWith($"{newest}: the checkpoint is of another run: ", other.Sentence, StringComparison.Ordinal);
        Assert.Contains("seed was ", other.Sentence, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(newest, "optimizer.safetensors"), "cut");
        var resumed = await Run.Of([.. Arguments("killed"), "--resume"]);
        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        Assert.Contains($"{Path.Combine(newest, "optimizer.safetensors")}: the file has 3 bytes instead of", resumed.Output, StringComparison.Ordinal);
        AssertTheSame();
    }

    // As Ctrl+C stops it.
    private async Task<int> StoppedAtStep(int step)
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var running = Task.Run(() => CommandLine.RunAsync(Arguments("killed"), output, error, stop.Token));
        while (!running.IsCompleted && !Directory.Exists(_folder.PathOf($"killed/checkpoints/sft/step-{step}")))
            await Task.Delay(1, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        return await running;
    }

    private void AssertTheSame()
    {
        foreach (var file in (string[])["policy/model.safetensors", "policy/tokenizer.json"])
            Assert.Equal(File.ReadAllBytes(_folder.PathOf($"undisturbed/{file}")), File.ReadAllBytes(_folder.PathOf($"killed/{file}")));
        Assert.Equal(Losses("undisturbed"), Losses("killed"));
    }

    private (string? Stage, int Step, double Loss)[] Losses(string run) =>
    [
        .. File.ReadAllLines(_folder.PathOf($"{run}/metrics.jsonl")).Select(line => JsonElement.Parse(line))
            .Select(line => (line.GetProperty("stage").GetString(), line.GetProperty("step").GetInt32(), line.GetProperty("loss").GetDouble())),
    ];

    private string[] Checkpoints(string run)
    {
        var folder = _folder.PathOf($"{run}/checkpoints");
        try
        {
            return [.. Directory.GetDirectories(folder).Select(stage => $"{Path.GetFileName(stage)} {Directory.GetDirectories(stage, "step-*").Select(StepOf).DefaultIfEmpty().Max()}").Order()];
        }
        catch (DirectoryNotFoundException)
        {
            return []; // not yet, or a run that is done deletes them just now
        }
    }

    private static int StepOf(string path) => int.TryParse(Path.GetFileName(path)["step-".Length..], out var step) ? step : 0;

    private string[] Arguments(string run) =>
    [
        "train", "--catalog", _folder.PathOf("catalog.jsonl"), "--train", _folder.PathOf("train.jsonl"), "--valid", _folder.PathOf("valid.jsonl"), "--output", _folder.PathOf(run),
        "--backbone", _folder.PathOf("policy"), "--steps", "sft=60,rank-grpo=12", "--checkpoint-every", "1",
    ];

    private void WriteInputs()
    {
        shop.Catalog.Save(_folder.PathOf("catalog.jsonl"));
        DialogueFile.Write(_folder.PathOf("train.jsonl"), Enumerable.Range(0, 24).Select(Chosen));
        DialogueFile.Write(_folder.PathOf("valid.jsonl"), Enumerable.Range(30, 6).Select(Chosen));
        var config = shop.Weights.Config with { EndOfTurnTokenId = shop.Prompt.Tokenizer.EndOfTurn };
        new PolicyModel(RandomPolicy.Create(config, 7), shop.Prompt.Tokenizer, shop.Prompt.Options).Save(_folder.PathOf("policy"));
    }

    private Dialogue Chosen(int number) =>
        shop.Dialogue(number) with { Id = $"{number}-1", GroundTruth = [shop.Catalog.Items[(number + 1) % shop.Catalog.Count].Reference] };
}
