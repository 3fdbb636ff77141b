using System.Globalization;
using System.Text.Json;

namespace MLNet.ConvRec.Training.Reports.Files;

/// <summary>A line of <c>metrics.jsonl</c>, read.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Step">The step.</param>
/// <param name="Json">All of the line.</param>
internal sealed record MetricsLine(string Stage, int Step, JsonElement Json)
{
    /// <summary>Reads a file, line by line. A last line that a killed process left half is passed over.</summary>
    /// <exception cref="InvalidDataException">Another line can't be read; the sentence names it.</exception>
    public static IEnumerable<MetricsLine> Read(string path)
    {
        (int Number, JsonException Problem)? half = null;
        var number = 0;
        foreach (var text in File.ReadLines(path))
        {
            if (half is { } cut)
                throw new InvalidDataException($"{path}, line {cut.Number}: {cut.Problem.Message} Delete the line, or the file, to go on.");
            number++;
            MetricsLine? line = null;
            try
            {
                line = Parse(path, number, text);
            }
            catch (JsonException problem)
            {
                half = (number, problem);
            }

            if (line is not null)
                yield return line;
        }
    }

    /// <summary>Returns the numbers by name; NaN and infinities too.</summary>
    public IEnumerable<(string Name, double Value)> Numbers() =>
        Json.EnumerateObject().Select(property => (property.Name, Value: Number(property.Value))).Where(property => property.Value is not null)
            .Select(property => (property.Name, property.Value!.Value));

    /// <summary>Returns the share of lists with a hit at each rank; empty where nobody looked.</summary>
    public double[] Relevance() => Json.TryGetProperty(MetricNames.Relevance, out var shares)
        ? [.. shares.EnumerateArray().Select(share => Number(share) ?? double.NaN)]
        : [];

    /// <summary>Returns what to look at.</summary>
    public IEnumerable<TrainingWarning> Warnings() => Json.TryGetProperty(MetricNames.Warnings, out var warnings)
        ? warnings.EnumerateArray().Select(warning =>
            new TrainingWarning(warning.GetProperty(MetricNames.WarningKind).GetString()!, warning.GetProperty(MetricNames.WarningMessage).GetString()!))
        : [];

    private static MetricsLine Parse(string path, int number, string text)
    {
        var json = JsonElement.Parse(text);
        return json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty(MetricNames.Stage, out var stage) && stage.GetString() is { } name
            && json.TryGetProperty(MetricNames.Step, out var step) && step.TryGetInt32(out var count)
            ? new MetricsLine(name, count, json)
            : throw new InvalidDataException($"{path}, line {number}: no stage and step; delete the line, or the file, to go on.");
    }

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when value.GetString() is "NaN" or "Infinity" or "-Infinity" => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        _ => null,
    };
}
