using System.Text.Json;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Reports;
using MLNet.ConvRec.Training.Reports.Files;
using MLNet.ConvRec.Training.Tests.Training.Reports.Files;

namespace MLNet.ConvRec.Training.Tests.Training.Reports;

public sealed class RunRecorderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Metrics_HaveALineAStep_UnderTrlsNames()
    {
        Record(Steps.Sft(1), Steps.RankGrpo(2));

        var lines = Lines();
        Assert.Equal(["sft 1", "rank-grpo 2"], lines.Select(Name));
        Assert.Equal(["stage", "step", "steps", "fraction", "elapsed", "loss", "grad_norm", "learning_rate"], lines[0].EnumerateObject().Select(property => property.Name));
        (string, double)[] expected =
        [
            ("steps", 4), ("fraction", 0.5), ("elapsed", 4), ("loss", -0.125), ("reward", 1), ("reward_std", 0.375), ("frac_reward_zero_std", 0.625), ("recall", 0.125),
            ("kl", 0.0078125), ("clip_ratio/low_mean", 0.25), ("clip_ratio/high_mean", 0.125), ("clip_ratio/region_mean", 0.375), ("entropy", 1.5),
            ("completions/mean_length", 17.5), ("completions/min_length", 12), ("completions/max_length", 31), ("completions/clipped_ratio", 0.015625),
            ("grad_norm", 0.75), ("learning_rate", 1e-4), ("eval_ndcg", 0.3125), ("eval_ndcg_at_start", 0.25), ("in_catalog", 0.875), ("repeats", 0.03125),
            ("step_time", 4), ("profiling/rollouts_time", 2), ("profiling/update_time", 1),
        ];
        Assert.Equal(expected.Select(metric => metric.Item1).Append("relevance").Order(), lines[1].EnumerateObject().Skip(2).Select(property => property.Name).Order());
        foreach (var (name, value) in expected)
            Assert.Equal(value, lines[1].GetProperty(name).GetDouble());
        Assert.Equal([0.5, 0.25, 0.25], lines[1].GetProperty("relevance").EnumerateArray().Select(share => share.GetDouble()));
    }

    [Fact]
    public void EachStep_IsOnTheDiskAtOnce()
    {
        using var recorder = new RunRecorder(_folder.FullName);

        recorder.Report(Steps.RankGrpo(1) with { Completions = [Steps.Completion("p", "c")] });

        Assert.Equal(["rank-grpo 1"], Lines().Select(Name));
        Assert.Equal(2, EventReader.Read(EventFiles("rank-grpo").Single()).Length);
        Assert.True(File.Exists(_folder.PathOf("completions/rank-grpo/step-1.jsonl")));
    }

    [Fact]
    public void WhatIsNoNumber_IsKeptByItsName()
    {
        Record(Steps.Sft(1) with { Loss = double.NaN, GradientNorm = double.PositiveInfinity });

        Assert.Equal(("NaN", "Infinity"), (Lines()[0].GetProperty("loss").GetString(), Lines()[0].GetProperty("grad_norm").GetString()));
        Assert.True(File.Exists(_folder.PathOf("report.html")));
    }

    [Fact]
    public void Events_HaveTheSameNamesAndNumbers()
    {
        Record(Steps.Sft(1), Steps.Sft(2), Steps.RankGrpo(1));

        var sft = EventReader.Read(EventFiles("sft").Single());
        Assert.Equal("brain.Event:2", sft[0].Version);
        Assert.Equal([1, 2], sft.Skip(1).Select(each => each.Step));
        Assert.All(sft, each => Assert.InRange(each.WallTime, 1.7e9, 4e9));
        Assert.DoesNotContain(sft, each => each.IsStart);
        var values = EventReader.Read(EventFiles("rank-grpo").Single())[1].Values;
        foreach (var property in Lines()[2].EnumerateObject().Where(property => property.Name is not ("stage" or "step" or "steps" or "fraction" or "elapsed" or "relevance")))
            Assert.Equal((float)property.Value.GetDouble(), values[property.Name]);
        Assert.Equal([0.5f, 0.25f, 0.125f], [values["relevance/rank_01"], values["relevance/rank_02"], values["relevance/rank_03"]]);
    }

    [Fact]
    public void Checksum_IsTheOneOfTheFormat()
    {
        // CRC-32C of "123456789" is E3069283.
        const uint crc = 0xE3069283;
        var expected = ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;

        Assert.Equal(expected, RecordFile.MaskedChecksum("123456789"u8));
        Assert.Equal(expected, EventReader.Masked("123456789"u8));
    }

    [Fact]
    public void Completions_AreReadable()
    {
        Record(Steps.RankGrpo(1) with { Completions = [Steps.Completion("I loved \"Amélie\"", "Amélie (2001)\nUp (2009)"), Steps.Completion("second", "Up (2009)")] }, Steps.RankGrpo(2));

        var lines = File.ReadAllLines(_folder.PathOf("completions/rank-grpo/step-1.jsonl"));
        Assert.Equal("""{"dialogueId":"d-1","prompt":"I loved \"Amélie\"","completion":"Amélie (2001)\nUp (2009)","groundTruth":["Amélie (2001)"],"rewards":[1,0],"advantages":[2.5,-0.5]}""", lines[0]);
        Assert.Equal(2, lines.Length);
        Assert.Equal(["step-1.jsonl"], new DirectoryInfo(_folder.PathOf("completions/rank-grpo")).EnumerateFiles().Select(file => file.Name));
    }

    [Fact]
    public void Warnings_StandWithTheirStep()
    {
        Record(Steps.RankGrpo(1) with { Warnings = [new TrainingWarning("equal rewards", "All is equal; take more.")] });

        var warning = Assert.Single(Lines()[0].GetProperty("warnings").EnumerateArray());
        Assert.Equal(("equal rewards", "All is equal; take more."), (warning.GetProperty("kind").GetString(), warning.GetProperty("message").GetString()));
    }

    [Fact]
    public void AnotherRunInTheFolder_TakesItsPlace_AndTouchesNothingElse()
    {
        _folder.WithLines("model.zip", "a model");
        Record(Steps.RankGrpo(1) with { Completions = [Steps.Completion("p", "c")] }, Steps.RankGrpo(2));

        Record(Steps.Sft(1));

        Assert.Equal(["sft 1"], Lines().Select(Name));
        Assert.Empty(EventFiles("rank-grpo"));
        Assert.Single(EventFiles("sft"));
        Assert.False(File.Exists(_folder.PathOf("completions/rank-grpo/step-1.jsonl")));
        Assert.Equal("a model\n", File.ReadAllText(_folder.PathOf("model.zip")));
    }

    [Fact]
    public void NoStep_IsNoFileAndNoReport()
    {
        Record();

        Assert.Empty(_folder.Names);
    }

    private void Record(params TrainingProgress[] steps)
    {
        using var recorder = new RunRecorder(_folder.FullName);
        foreach (var step in steps)
            recorder.Report(step);
        Assert.Equal(steps.Length, recorder.Count);
    }

    private JsonElement[] Lines() => [.. ReadLines().Select(line => JsonElement.Parse(line))];

    // As another process reads it while this one writes.
    private string[] ReadLines()
    {
        using var file = new StreamReader(new FileStream(_folder.PathOf("metrics.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private string[] EventFiles(string stage) => Directory.GetFiles(_folder.PathOf($"tensorboard/{stage}"));

    private static string Name(JsonElement line) => $"{line.GetProperty("stage").GetString()} {line.GetProperty("step").GetInt32()}";
}
