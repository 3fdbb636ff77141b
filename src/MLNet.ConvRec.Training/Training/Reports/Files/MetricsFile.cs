using System.Text.Json;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Training.Reports.Files;

/// <summary><c>metrics.jsonl</c>: a line for each step, on the disk at once, so that a run can be watched.</summary>
/// <param name="path">The file.</param>
internal sealed class MetricsFile(string path) : IDisposable
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();
    private FileStream? _lines;

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Adds a step.</summary>
    public void Append(TrainingProgress progress)
    {
        _lines ??= new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
            Write(json, progress);
        line.Write(NewLine);
        line.WriteTo(_lines); // in one piece: a line is half only if the process was killed in between
        _lines.Flush();
    }

    /// <summary>Drops the lines of a stage from a step on, which a resumed run makes again; and the one that a killed process left half.</summary>
    public void Drop(string stage, int step)
    {
        Close();
        if (!File.Exists(path))
            return;
        AtomicFile.WriteText(path, kept =>
        {
            foreach (var line in MetricsLine.Read(path))
            {
                if (line.Stage != stage || line.Step < step)
                    kept.WriteLine(line.Json.GetRawText());
            }
        });
    }

    public void Dispose() => Close();

    private void Close()
    {
        _lines?.Dispose();
        _lines = null;
    }

    private static void Write(Utf8JsonWriter json, TrainingProgress progress)
    {
        json.WriteStartObject();
        json.WriteString(MetricNames.Stage, progress.Stage);
        json.WriteNumber(MetricNames.Step, progress.Step);
        json.WriteNumber(MetricNames.Steps, progress.Steps);
        json.WriteNumber(MetricNames.Fraction, progress.Fraction);
        json.WriteNumber(MetricNames.Elapsed, progress.Elapsed.TotalSeconds);
        foreach (var (name, value) in StepMetrics.Of(progress))
        {
            json.WritePropertyName(name);
            WriteNumber(json, value);
        }

        if (progress.Rollouts is { } rollouts)
        {
            json.WriteStartArray(MetricNames.Relevance);
            foreach (var share in rollouts.RelevanceByRank)
                WriteNumber(json, share);
            json.WriteEndArray();
        }

        if (progress.Warnings.Count > 0)
            WriteWarnings(json, progress.Warnings);
        json.WriteEndObject();
    }

    private static void WriteWarnings(Utf8JsonWriter json, IReadOnlyList<TrainingWarning> warnings)
    {
        json.WriteStartArray(MetricNames.Warnings);
        foreach (var warning in warnings)
        {
            json.WriteStartObject();
            json.WriteString(MetricNames.WarningKind, warning.Kind);
            json.WriteString(MetricNames.WarningMessage, warning.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // JSON has no NaN and no infinity; written as their names they can be read back, and seen.
    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(value switch { > 0 => "Infinity", < 0 => "-Infinity", _ => "NaN" });
    }
}
