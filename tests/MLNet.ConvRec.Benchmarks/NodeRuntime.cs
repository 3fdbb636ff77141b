using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>Node's ONNX Runtime, which runs <c>recommender.onnx</c> row by row in a process of its own.</summary>
internal static class NodeRuntime
{
    /// <summary>The environment variable that names the folder of node's packages.</summary>
    public const string PackagesVariable = "CONVREC_NODE_PACKAGES";

    /// <summary>The folder that has <c>node_modules</c>; <see langword="null"/>: none is named.</summary>
    public static string? Packages => Environment.GetEnvironmentVariable(PackagesVariable);

    /// <summary>Writes the lists of rows.</summary>
    /// <param name="packages">The folder that has <c>node_modules</c>.</param>
    /// <param name="graph">The file of the graph.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="folder">Where files are exchanged.</param>
    /// <returns>The lists, and the seconds that they took without the loading of the graph.</returns>
    public static (RankedItems[] Lists, double Seconds) Recommend(string packages, string graph, RecommenderRow[] rows, string folder)
    {
        var (script, input, answer) = (Path.Combine(AppContext.BaseDirectory, "Peers", "recommend.mjs"), Path.Combine(folder, "rows.json"), Path.Combine(folder, "lists.json"));
        File.WriteAllText(input, JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
        using var process = Process.Start(new ProcessStartInfo("node", [script, packages, graph, input, answer]) { RedirectStandardOutput = true })!;
        var seconds = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"node ended with {process.ExitCode}; its own words are above.");
        using var json = JsonDocument.Parse(File.ReadAllBytes(answer));
        return ([.. json.RootElement.EnumerateArray().Select(ReadList)], double.Parse(seconds, CultureInfo.InvariantCulture));
    }

    private static RankedItems ReadList(JsonElement list) => new(
        [.. list.GetProperty("items").EnumerateArray().Select(item => item.GetInt32()).Where(item => item >= 0)],
        [.. list.GetProperty("scores").EnumerateArray().Select(score => score.GetSingle())]);
}
