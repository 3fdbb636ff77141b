using System.Diagnostics;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>
/// Where the time of scoring in batches goes on one core, by ONNX Runtime's own profiler: operations of one name together, and how near the whole is to
/// its floor, the prompt's matrix products at the rate of a large one on the same core.
/// </summary>
internal static class ScoreProfile
{
    /// <summary>The command: a policy's folder, the way of decoding, and the batch.</summary>
    public const string Command = "score-profile";

    private const int Dialogues = 512, Shown = 20;

    // ONNX Runtime records a million events at most: a part of the batches is profiled, spread over all lengths.
    private const int ProfiledBatches = 32;
    private const double Giga = 1e9, Mega = 1e6;

    public static void Run(string data, string policyFolder, ListDecoding decoding, int batch, TextWriter output)
    {
        var catalog = ItemCatalog.Load(Path.Combine(data, "catalogs", "redial.jsonl"));
        var policy = PolicyModel.Load(policyFolder, new PromptOptions());
        var assets = new ScoringAssets(policy.Prompt, catalog);
        var form = new GraphForm { Decoding = decoding, Prefix = CachedPrefix.Of(policy.Prompt) };
        var graph = RecommenderGraph.Build(policy.Weights, assets.BuildTrie(), policy.Prompt.Options.ListLength, form);
        RecommenderRow[] rows = [.. DialogueFile.Read(Path.Combine(data, "dialogues", "redial", "valid.jsonl")).Take(Dialogues)
            .Select(dialogue => new RecommenderRow(Longs(policy.Prompt.Encode(dialogue)), Longs(assets.Excluded(dialogue)), [])).OrderBy(row => row.Prompt.Length)];
        RecommenderRow[][] batches = [.. rows.Chunk(batch)];
        var seconds = Time(graph, batches, catalog.Count, null) / rows.Length;
        var folder = Directory.CreateTempSubdirectory("convrec-profile-");
        try
        {
            var step = Math.Max(1, batches.Length / ProfiledBatches);
            RecommenderRow[][] profiled = [.. batches.Where((_, i) => i % step == step / 2)];
            Time(graph, profiled, catalog.Count, folder.FullName);
            var lists = profiled.Sum(part => part.Length);
            var kernels = Read(Directory.GetFiles(folder.FullName).Single());
            Write(kernels, output);
            var (inTurns, all) = (kernels.Where(kernel => kernel.IsInTurn).Sum(kernel => kernel.Flop) / lists, kernels.Sum(kernel => kernel.Flop) / lists);
            var rate = LargeProduct();
            var floor = (all - inTurns) / rate;
            output.WriteLine($"{decoding}, batch {batch}: {1 / seconds:N0} lists/s on one core; a list is {(all - inTurns) / Mega:N1} MFLOP in matrix products before its first turn "
                + $"and {inTurns / Mega:N1} in its turns, together {all / seconds / Giga:N1} GFLOP/s, where a large product reaches {rate / Giga:N1}; "
                + $"{seconds / floor:N1} times the floor of {1e6 * floor:N0} µs.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Time(byte[] graph, RecommenderRow[][] batches, int itemCount, string? profile)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, EnableMemoryPattern = false };
        if (profile is not null)
            (settings.ProfileOutputPathPrefix, settings.EnableProfiling) = (Path.Combine(profile, "run"), true); // in this order
        using var session = new InferenceSession(graph, settings);
        if (profile is null)
            _ = RecommenderSession.Run(session, batches[0], itemCount); // warm
        var watch = Stopwatch.StartNew();
        foreach (var part in batches)
            _ = RecommenderSession.Run(session, part, itemCount);
        return watch.Elapsed.TotalSeconds;
    }

    private static Kernel[] Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        JsonElement[] entries = [.. json.RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("cat").GetString() == "Node" && entry.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))];
        (double From, double To)[] loops = [.. entries.Where(IsLoop).Select(Span)];
        return [.. entries.Where(entry => !IsLoop(entry)) // whose time is that of its body
            .Select(entry =>
            {
                var (from, to) = Span(entry);
                return new Kernel(Operation(entry), to - from, Flop(entry.GetProperty("args")), loops.Any(loop => loop.From <= from && to <= loop.To));
            })];

        static (double From, double To) Span(JsonElement entry) => (entry.GetProperty("ts").GetDouble(), entry.GetProperty("ts").GetDouble() + entry.GetProperty("dur").GetDouble());
        static string Operation(JsonElement entry) => entry.GetProperty("args").GetProperty("op_name").GetString()!;
        static bool IsLoop(JsonElement entry) => Operation(entry) == "Loop";
    }

    // Two for each element of the result and of what is summed for it.
    private static double Flop(JsonElement arguments)
    {
        if (arguments.GetProperty("op_name").GetString() is not ("MatMul" or "FusedMatMul" or "Gemm"))
            return 0;
        var (left, result) = (Dimensions("input_type_shape"), Dimensions("output_type_shape"));
        return 2 * result.Aggregate(1.0, (product, size) => product * size) * left[^1];

        double[] Dimensions(string name) => [.. arguments.GetProperty(name)[0].EnumerateObject().Single().Value.EnumerateArray().Select(size => size.GetDouble())];
    }

    private static void Write(Kernel[] kernels, TextWriter output)
    {
        var all = kernels.Sum(kernel => kernel.Microseconds);
        foreach (var kind in kernels.GroupBy(kernel => kernel.Operation).OrderByDescending(kind => kind.Sum(kernel => kernel.Microseconds)).Take(Shown))
        {
            var time = kind.Sum(kernel => kernel.Microseconds);
            output.WriteLine($"{time / 1000,10:N1} ms {100 * time / all,5:N1}% {kind.Count(),8:N0} times  {kind.Key}");
        }
    }

    // FLOP/s of ONNX Runtime on one core at a product that stays in its cache.
    private static double LargeProduct()
    {
        const int Size = 512, Runs = 40;
        var graph = new GraphBuilder("product");
        var left = graph.Input("left", ElementType.Float, Size, Size);
        graph.Output(graph.MatMul(left, graph.Input("right", ElementType.Float, Size, Size)), "result", ElementType.Float, Size, Size);
        using var settings = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(graph.ToModel("A product.", []).ToByteArray(), settings);
        var values = new float[Size * Size];
        Array.Fill(values, 0.5f);
        using var matrix = OrtValue.CreateTensorValueFromMemory(values, [Size, Size]);
        using var options = new RunOptions();
        var fastest = double.MaxValue;
        for (var run = 0; run < Runs; run++)
        {
            var watch = Stopwatch.StartNew();
            using var results = session.Run(options, ["left", "right"], [matrix, matrix], ["result"]);
            fastest = Math.Min(fastest, watch.Elapsed.TotalSeconds);
        }

        return 2.0 * Size * Size * Size / fastest;
    }

    private static long[] Longs(IEnumerable<int> values) => [.. values.Select(value => (long)value)];

    private readonly record struct Kernel(string Operation, double Microseconds, double Flop, bool IsInTurn);
}
