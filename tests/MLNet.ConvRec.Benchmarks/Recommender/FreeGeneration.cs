using System.Diagnostics;
using System.Text.Json;

namespace MLNet.ConvRec.Benchmarks.Recommender;

/// <summary>What a peer wrote.</summary>
/// <param name="Seconds">What it took, the loading of the model left out.</param>
/// <param name="Tokens">The tokens after each prompt.</param>
internal sealed record FreeLists(double Seconds, int[][] Tokens);

/// <summary>Engines that write a list token by token, in a process of node's each.</summary>
/// <param name="packages">The folder that has their <c>node_modules</c>.</param>
/// <param name="folder">Where files are exchanged.</param>
internal sealed class FreeGeneration(string packages, string folder)
{
    /// <summary>transformers.js on an exported folder's <c>onnx/model.onnx</c>.</summary>
    public FreeLists ByTransformers(string export, int[][] prompts, int[] counts, int batch) => Run("transformers.mjs", export, new { prompts, counts, batch });

    /// <summary>node-llama-cpp on a GGUF file.</summary>
    public FreeLists ByLlama(string file, int[][] prompts, int[] counts, int batch) =>
        Run("llama.mjs", file, new { prompts, counts, batch, threads = Environment.ProcessorCount });

    private FreeLists Run(string script, string model, object given)
    {
        var (input, output) = (Path.Combine(folder, "peer.json"), Path.Combine(folder, "answer.json"));
        File.WriteAllText(input, JsonSerializer.Serialize(given));
        using var process = Process.Start("node", [Path.Combine(AppContext.BaseDirectory, "Peers", script), packages, model, input, output]);
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<FreeLists>(File.ReadAllText(output), JsonSerializerOptions.Web)!
            : throw new InvalidOperationException($"{script} ended with {process.ExitCode}; its own words are above.");
    }
}
