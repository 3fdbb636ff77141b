using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MLNet.ConvRec.Export.Folder;

/// <summary>The table of a <c>metrics.json</c>, as <c>convrec evaluate --json</c> writes it, for the model card.</summary>
internal static class MetricTable
{
    private static readonly string[] Shown = ["recall@", "ndcg@", "mrr@"];

    /// <summary>Returns the table as Markdown.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no report.</exception>
    public static string Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file; convrec evaluate --json writes it.", path);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            return Write(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path}: no metrics report; write it anew with convrec evaluate --json.", fault);
        }
    }

    private static string Write(JsonElement report)
    {
        JsonElement[] systems = [.. report.GetProperty("systems").EnumerateArray()];
        string[] metrics = [.. systems.SelectMany(system => system.GetProperty("metrics").EnumerateObject()).Select(metric => metric.Name)
            .Where(name => Shown.Any(shown => name.StartsWith(shown, StringComparison.OrdinalIgnoreCase))).Distinct()];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"On {report.GetProperty("dataset").GetString()}:\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| system | dialogues | {string.Join(" | ", metrics)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| --- | ---: |{string.Concat(metrics.Select(_ => " ---: |"))}\n");
        foreach (var system in systems)
        {
            var values = metrics.Select(metric => system.GetProperty("metrics").TryGetProperty(metric, out var estimate)
                ? estimate.GetProperty("mean").GetDouble().ToString("F4", CultureInfo.InvariantCulture)
                : "–");
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {system.GetProperty("name").GetString()} | {system.GetProperty("dialogues").GetInt64()} | {string.Join(" | ", values)} |\n");
        }

        return text.ToString();
    }
}
