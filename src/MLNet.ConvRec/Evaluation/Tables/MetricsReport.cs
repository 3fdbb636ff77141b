using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Evaluation;

/// <summary>What <c>metrics.json</c> holds: the systems of one run and how they differ.</summary>
/// <remarks>Immutable.</remarks>
public sealed record MetricsReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The name of the data.</summary>
    public required string Dataset { get; init; }

    /// <summary>The run's seed; <see langword="null"/> where nothing was drawn.</summary>
    public int? Seed { get; init; }

    /// <summary>The systems, in the order of the table.</summary>
    public required IReadOnlyList<SystemMetrics> Systems { get; init; }

    /// <summary>The paired comparisons; empty for none.</summary>
    public IReadOnlyList<MetricComparison> Comparisons { get; init; } = [];

    /// <summary>The systems on each stratum; <see langword="null"/> where none was asked for.</summary>
    public IReadOnlyList<StratumMetrics>? Strata { get; init; }

    /// <summary>What each system's scores are worth; <see langword="null"/> where that was not asked for.</summary>
    public IReadOnlyList<ScoreCalibration>? Calibration { get; init; }

    /// <summary>Writes the report as JSON, whole or not at all: a file that stood there is replaced in one step.</summary>
    /// <param name="path">The file; its folder is made if it is not there.</param>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.WriteText(path, text => text.WriteLine(JsonSerializer.Serialize(this, Json)));
    }

    /// <summary>Reads a report.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is no report; the sentence names the file and, where known, the line.</exception>
    public static MetricsReport Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<MetricsReport>(File.ReadAllText(path), Json)
                ?? throw new InvalidDataException($"{path}: the file holds null, not an object with dataset and systems.");
        }
        catch (JsonException malformed)
        {
            var line = malformed.LineNumber is { } number ? $", line {number + 1}" : "";
            throw new InvalidDataException($"{path}{line}: no metrics report; write it anew with convrec evaluate --json.", malformed);
        }
    }
}
