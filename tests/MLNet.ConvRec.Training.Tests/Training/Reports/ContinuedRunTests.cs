using System.Text.Json;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Reports;
using MLNet.ConvRec.Training.Tests.Training.Reports.Files;

namespace MLNet.ConvRec.Training.Tests.Training.Reports;

/// <summary>A run that goes on from a checkpoint has each step once.</summary>
public sealed class ContinuedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void StepsThatAreMadeAgain_AreThereOnce()
    {
        Record(isContinued: false, Steps.Sft(1), Steps.Sft(2), Read(1), Read(2), Read(3));

        Record(isContinued: true, Read(2, loss: 7), Steps.RankGrpo(3));

        Assert.Equal(["sft 1", "sft 2", "rank-grpo 1", "rank-grpo 2", "rank-grpo 3"], Metrics());
        Assert.Equal([7], Lines().Where(line => line.GetProperty("step").GetInt32() == 2).Select(line => line.GetProperty("loss").GetDouble()).Where(loss => loss > 2));
        Assert.Equal(["step-1.jsonl", "step-2.jsonl"], Directory.GetFiles(_folder.PathOf("completions/rank-grpo")).Select(path => Path.GetFileName(path)).Order());
        Assert.Equal([1f, 2f, 3f], StepsThatTensorBoardShows("rank-grpo").Keys.Select(step => (float)step));
        Assert.Equal(7f, StepsThatTensorBoardShows("rank-grpo")[2]["loss"]);
        Assert.Equal([1L, 2L], StepsThatTensorBoardShows("sft").Keys);
    }

    [Fact]
    public void LineThatAKilledProcessLeftHalf_IsDropped()
    {
        Record(isContinued: false, Steps.Sft(1), Steps.Sft(2));
        var path = _folder.PathOf("metrics.jsonl");
        File.AppendAllText(path, File.ReadAllLines(path)[0][..40]);

        Record(isContinued: true, Steps.Sft(3));

        Assert.Equal(["sft 1", "sft 2", "sft 3"], Metrics());
    }

    [Fact]
    public void DamagedLine_IsNamed()
    {
        Record(isContinued: false, Steps.Sft(1), Steps.Sft(2));
        var path = _folder.PathOf("metrics.jsonl");
        File.WriteAllText(path, "{\"stage\":\n" + File.ReadAllText(path));

        var problem = Assert.Throws<InvalidDataException>(() => Record(isContinued: true, Steps.Sft(3)));

        Assert.StartsWith($"{path}, line 1: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoStepLeft_LeavesAllAndStillReports()
    {
        Record(isContinued: false, Steps.Sft(1), Steps.Sft(2));
        File.Delete(_folder.PathOf("report.html"));

        Record(isContinued: true);

        Assert.Equal(["sft 1", "sft 2"], Metrics());
        Assert.Contains("sft 2 steps", File.ReadAllText(_folder.PathOf("report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void FolderWithoutMetrics_IsBegun()
    {
        Record(isContinued: true, Steps.Sft(5));

        Assert.Equal(["sft 5"], Metrics());
    }

    private static TrainingProgress Read(int step, double loss = 1) =>
        Steps.RankGrpo(step) with { Loss = loss, Completions = [Steps.Completion("prompt", "list")] };

    private void Record(bool isContinued, params TrainingProgress[] steps)
    {
        using var recorder = new RunRecorder(_folder.FullName, new RunRecorderOptions { IsContinued = isContinued });
        foreach (var step in steps)
            recorder.Report(step);
    }

    private IEnumerable<JsonElement> Lines() => File.ReadAllLines(_folder.PathOf("metrics.jsonl")).Select(line => JsonElement.Parse(line));

    private string[] Metrics() => [.. Lines().Select(line => $"{line.GetProperty("stage").GetString()} {line.GetProperty("step").GetInt32()}")];

    // As TensorBoard does: files by name; a start forgets the steps from its own on.
    private SortedDictionary<long, IReadOnlyDictionary<string, float>> StepsThatTensorBoardShows(string stage)
    {
        var shown = new SortedDictionary<long, IReadOnlyDictionary<string, float>>();
        foreach (var read in Directory.GetFiles(_folder.PathOf($"tensorboard/{stage}")).Order(StringComparer.Ordinal).SelectMany(EventReader.Read))
        {
            if (read.IsStart)
            {
                foreach (var step in shown.Keys.Where(step => step >= read.Step).ToArray())
                    shown.Remove(step);
            }

            if (read.Values.Count > 0)
                shown.Add(read.Step, read.Values); // throws where a step is there twice
        }

        return shown;
    }
}
