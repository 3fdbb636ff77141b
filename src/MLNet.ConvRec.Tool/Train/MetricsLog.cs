using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>Writes <c>metrics.jsonl</c>: a line for each report of training, at once, so that a run can be watched.</summary>
/// <remarks>A resumed run makes the steps after its checkpoint again; their lines of before are dropped, so that each step has one.</remarks>
internal sealed class MetricsLog : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly string _path;
    private readonly HashSet<string> _stages = [];
    private StreamWriter _lines;

    private MetricsLog(string path, bool isContinued)
    {
        _path = path;
        _lines = Writer(isContinued);
    }

    /// <summary>How many reports were written by this process.</summary>
    public int Count { get; private set; }

    /// <summary>Begins the file anew, or goes on with it.</summary>
    public static MetricsLog Open(string path, bool isContinued) => new(path, isContinued);

    /// <summary>Writes each report and passes it on.</summary>
    public IProgress<TrainingProgress> Before(IProgress<TrainingProgress> next) => new Tee(this, next);

    public void Dispose() => _lines.Dispose();

    private void Write(TrainingProgress progress)
    {
        var line = new Line(
            progress.Stage,
            progress.Step,
            progress.Steps,
            progress.Fraction,
            progress.Elapsed.TotalSeconds,
            progress.Loss,
            progress.Reward,
            progress.Entropy,
            progress.ValidationNdcg,
            progress.GradientNorm,
            progress.LearningRate);
        if (_stages.Add(progress.Stage))
            Drop(progress.Stage, progress.Step);
        _lines.WriteLine(JsonSerializer.Serialize(line, Json));
        Count++;
    }

    // The lines of a stage from a step on. A line that a killed process left half is dropped with them.
    private void Drop(string stage, int step)
    {
        _lines.Dispose();
        string[] kept = [.. File.ReadLines(_path).Where(text => text.EndsWith('}') && !IsDropped(JsonSerializer.Deserialize<Line>(text, Json)!))];
        var partial = _path + ".partial";
        File.WriteAllText(partial, string.Concat(kept.Select(text => text + "\n")));
        File.Move(partial, _path, overwrite: true);
        _lines = Writer(isContinued: true);

        bool IsDropped(Line line) => line.Stage == stage && line.Step >= step;
    }

    private StreamWriter Writer(bool isContinued) => new(_path, isContinued) { AutoFlush = true, NewLine = "\n" };

    private sealed record Line(
        string Stage,
        int Step,
        int Steps,
        double Fraction,
        double ElapsedSeconds,
        double Loss,
        double? Reward,
        double? Entropy,
        double? ValidationNdcg,
        double GradientNorm,
        double LearningRate);

    private sealed class Tee(MetricsLog log, IProgress<TrainingProgress> next) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            log.Write(value);
            next.Report(value);
        }
    }
}
