using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>Writes <c>metrics.jsonl</c>: a line for each report of training, at once, so that a run can be watched.</summary>
internal sealed class MetricsLog : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly StreamWriter _lines;

    private MetricsLog(StreamWriter lines) => _lines = lines;

    /// <summary>How many reports were written.</summary>
    public int Count { get; private set; }

    /// <summary>Begins the file anew.</summary>
    public static MetricsLog Create(string path) => new(new StreamWriter(path) { AutoFlush = true, NewLine = "\n" });

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
        _lines.WriteLine(JsonSerializer.Serialize(line, Json));
        Count++;
    }

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
