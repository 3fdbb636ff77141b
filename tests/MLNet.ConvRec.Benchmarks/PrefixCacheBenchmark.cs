using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>Lists on one core by a graph that holds the keys and values of its prompts' opening, beside one that runs it anew each
/// time: each batch by turns.</summary>
/// <remarks>The policy is of the tiny shape with random weights; what differs is how long the system text is.</remarks>
internal static class PrefixCacheBenchmark
{
    private const int Dialogues = 256, Turns = 2, ListLength = 20;

    // How many words of the system text; the last is what the result tells.
    private static readonly int[] Words = [8, 24, 130];

    private const string Sentence = "Recommend items of the catalog that fit what was said and liked in the dialogue. ";

    public static BenchmarkResult Run(string data, TextWriter output)
    {
        var catalog = ItemCatalog.Load(Path.Combine(data, "catalogs", "redial.jsonl"));
        Dialogue[] dialogues = [.. DialogueFile.Read(Path.Combine(data, "dialogues", "redial", "valid.jsonl")).Take(Dialogues)];
        var policy = Backbone.TinyReal.Create(catalog, dialogues, seed: 1);
        var more = new Dictionary<string, double>();
        var told = (Cached: 0.0, Whole: 0.0);
        foreach (var words in Words)
        {
            var system = string.Join(' ', string.Concat(Enumerable.Repeat(Sentence, 1 + (words / 10))).Split(' ')[..words]);
            var prompt = new ChatPrompt(policy.Prompt.Tokenizer, new PromptOptions { System = system, ListLength = ListLength });
            var assets = new ScoringAssets(prompt, catalog);
            RecommenderRow[] rows = [.. dialogues.Select(dialogue => new RecommenderRow(
                [.. prompt.Encode(dialogue).Select(token => (long)token)], [.. assets.Excluded(dialogue).Select(item => (long)item)], []))];
            foreach (var decoding in new[] { ListDecoding.First, ListDecoding.Lines })
            {
                foreach (var batch in new[] { 1, 16 })
                {
                    var times = Compare(policy.Weights, assets, new GraphForm { Decoding = decoding }, rows, batch);
                    var name = $"{(decoding == ListDecoding.Lines ? "lines" : "first")}{prompt.Opening.Count}Batch{batch}";
                    output.WriteLine($"  {name}: {rows.Length / times.Cached:N0} lists/s, {rows.Length / times.Whole:N0} without; ratio {times.Whole / times.Cached:N2}");
                    (more[name], told) = (times.Whole / times.Cached, times);
                }
            }

            more["promptTokens"] = rows.Average(row => row.Prompt.Length);
        }

        return new BenchmarkResult { Name = "prefix-cache", Ours = 1000 * told.Cached / Dialogues, Peer = 1000 * told.Whole / Dialogues, Unit = "ms a list", More = more };
    }

    private static (double Cached, double Whole) Compare(PolicyWeights weights, ScoringAssets assets, GraphForm form, RecommenderRow[] rows, int batch)
    {
        using var cached = Session(form with { Prefix = assets.Prompt.Opening });
        using var whole = Session(form);
        RecommenderRow[][] batches = [.. rows.OrderBy(row => row.Prompt.Length).Chunk(batch)];
        _ = (Time(cached, batches[0]), Time(whole, batches[0])); // warm
        var (ours, peer) = (0.0, 0.0);
        foreach (var part in Enumerable.Repeat(batches, Turns).SelectMany(all => all))
            (ours, peer) = (ours + Time(cached, part), peer + Time(whole, part));
        return (ours / Turns, peer / Turns);

        InferenceSession Session(GraphForm form)
        {
            using var settings = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, EnableMemoryPattern = false };
            return new InferenceSession(RecommenderGraph.Build(weights, assets.BuildTrie(), ListLength, form), settings);
        }

        double Time(InferenceSession session, RecommenderRow[] part)
        {
            var watch = Stopwatch.StartNew();
            _ = RecommenderSession.Run(session, part, assets.Catalog.Count);
            return watch.Elapsed.TotalSeconds;
        }
    }
}
