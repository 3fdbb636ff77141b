using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>Where the time of scoring in batches goes on one core, by ONNX Runtime's own profiler: operations of one name together.</summary>
internal static class ScoreProfile
{
    /// <summary>The command: a policy's folder, the way of decoding, and the batch.</summary>
    public const string Command = "score-profile";

    private const int Dialogues = 512, Shown = 30;

    public static void Run(string data, string policyFolder, ListDecoding decoding, int batch, TextWriter output)
    {
        var catalog = ItemCatalog.Load(Path.Combine(data, "catalogs", "redial.jsonl"));
        var policy = PolicyModel.Load(policyFolder, new PromptOptions());
        var assets = new ScoringAssets(policy.Prompt, catalog);
        var form = new GraphForm { Decoding = decoding, Prefix = CachedPrefix.Of(policy.Prompt) };
        var graph = RecommenderGraph.Build(policy.Weights, assets.BuildTrie(), policy.Prompt.Options.ListLength, form);
        RecommenderRow[] rows = [.. DialogueFile.Read(Path.Combine(data, "dialogues", "redial", "valid.jsonl")).Take(Dialogues)
            .Select(dialogue => new RecommenderRow(Longs(policy.Prompt.Encode(dialogue)), Longs(assets.Excluded(dialogue)), [])).OrderBy(row => row.Prompt.Length)];
        output.WriteLine($"{decoding}, batch {batch}: {rows.Length / Time(graph, rows, batch, catalog.Count, null):N0} lists/s on one core.");
        var folder = Directory.CreateTempSubdirectory("convrec-profile-");
        try
        {
            Time(graph, rows, batch, catalog.Count, folder.FullName);
            Write(Directory.GetFiles(folder.FullName).Single(), output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Time(byte[] graph, RecommenderRow[] rows, int batch, int itemCount, string? profile)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, EnableMemoryPattern = false };
        if (profile is not null)
            (settings.ProfileOutputPathPrefix, settings.EnableProfiling) = (Path.Combine(profile, "run"), true); // in this order
        using var session = new InferenceSession(graph, settings);
        _ = RecommenderSession.Run(session, rows[..batch], itemCount);
        var watch = Stopwatch.StartNew();
        foreach (var part in rows.Chunk(batch))
            _ = RecommenderSession.Run(session, part, itemCount);
        return watch.Elapsed.TotalSeconds;
    }

    private static void Write(string file, TextWriter output)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var kernels = json.RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("cat").GetString() == "Node" && entry.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
            .Select(entry => (Operation: entry.GetProperty("args").GetProperty("op_name").GetString()!, Microseconds: entry.GetProperty("dur").GetDouble()))
            .Where(kernel => kernel.Operation != "Loop") // whose time is that of its body
            .ToArray();
        var all = kernels.Sum(kernel => kernel.Microseconds);
        foreach (var kind in kernels.GroupBy(kernel => kernel.Operation).OrderByDescending(kind => kind.Sum(kernel => kernel.Microseconds)).Take(Shown))
        {
            var time = kind.Sum(kernel => kernel.Microseconds);
            output.WriteLine($"{time / 1000,10:N1} ms {100 * time / all,5:N1}% {kind.Count(),8:N0} times  {kind.Key}");
        }
    }

    private static long[] Longs(IEnumerable<int> values) => [.. values.Select(value => (long)value)];
}
