using System.Diagnostics;
using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>
/// Lists for 10,000 real dialogues from one <c>model.zip</c>: the batched transformer beside the row form that <c>mlContext.Model.Load</c> gives, by
/// turns over the same fifths of the dialogues; and, where its packages are, node's ONNX Runtime row by row on the same graph.
/// </summary>
/// <remarks>The policy is a trained one where a folder is named, else of the tiny shape with random weights: what a list costs is about the same.</remarks>
internal static class ScoreBenchmark
{
    private const int Parts = 5;

    public static BenchmarkResult Run(string data, string? policyFolder, int count, TextWriter output)
    {
        var catalog = ItemCatalog.Load(Path.Combine(data, "catalogs", "redial.jsonl"));
        Dialogue[] dialogues = [.. new[] { "train", "valid" }
            .SelectMany(part => DialogueFile.Read(Path.Combine(data, "dialogues", "redial", $"{part}.jsonl"))).Take(count)];
        var policy = policyFolder is null ? Backbone.TinyReal.Create(catalog, dialogues, seed: 1) : PolicyModel.Load(policyFolder, new PromptOptions());
        var folder = Directory.CreateTempSubdirectory("convrec-score-");
        try
        {
            var more = new Dictionary<string, double>();
            var assets = new ScoringAssets(policy.Prompt, catalog);
            if (NodeRuntime.Packages is { } packages)
                more["nodeLinesPerSecond"] = dialogues.Length / ByNode(packages, policy, assets, dialogues, folder.FullName);
            var (ours, peer) = Compare(policy, assets, dialogues, ListDecoding.Lines, folder.FullName, output);
            (more["linesPerSecond"], more["rowFormLinesPerSecond"]) = (dialogues.Length / ours, dialogues.Length / peer);
            var (oursFirst, _) = Compare(policy, assets, dialogues, ListDecoding.First, folder.FullName, output);
            (more["firstPerSecond"], more["firstOverRowFormOfLines"]) = (dialogues.Length / oursFirst, peer / oursFirst);
            more["promptTokens"] = dialogues.Take(1000).Average(dialogue => policy.Prompt.Encode(dialogue).Length);
            return new BenchmarkResult { Name = "score", Ours = 1000 * ours / dialogues.Length, Peer = 1000 * peer / dialogues.Length, Unit = "ms a list", More = more };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (double Ours, double Peer) Compare(
        PolicyModel policy, ScoringAssets assets, Dialogue[] dialogues, ListDecoding decoding, string folder, TextWriter output)
    {
        var ml = new MLContext();
        var file = Path.Combine(folder, $"{decoding}.zip");
        var rows = ml.Data.LoadDialogues(dialogues);
        ml.Model.Save(ScoringChain.Create(ml.Transforms, rows, policy.Weights, assets, decoding), rows.Schema, file);
        using var batched = RecommenderModel.Load(ml, file, options: null);
        var stock = ml.Model.Load(file, out _);
        using var session = stock as IDisposable;
        foreach (var warm in new[] { batched.Transform(ml.Data.LoadDialogues(dialogues[..64])), stock.Transform(ml.Data.LoadDialogues(dialogues[..8])) })
            _ = warm.ReadRecommendations().Count();
        var (ours, peer) = (0.0, 0.0);
        foreach (var part in dialogues.Chunk((dialogues.Length + Parts - 1) / Parts))
        {
            var view = ml.Data.LoadDialogues(part);
            var (seconds, lists) = Time(() => batched.Transform(view).ReadRecommendations());
            ours += seconds;
            var (seconds2, lists2) = Time(() => stock.Transform(view).ReadRecommendations());
            peer += seconds2;
            output.WriteLine($"  {decoding}: {part.Length / seconds:N0} lists/s batched, {part.Length / seconds2:N0} row by row; {lists.Zip(lists2, Same).Count(same => same)} of {part.Length} lists equal");
        }

        return (ours, peer);
    }

    // Its prompts are encoded beforehand.
    private static double ByNode(string packages, PolicyModel policy, ScoringAssets assets, Dialogue[] dialogues, string folder)
    {
        var graph = Path.Combine(folder, "recommender.onnx");
        File.WriteAllBytes(graph, RecommenderGraph.Build(policy.Weights, assets.BuildTrie(), policy.Prompt.Options.ListLength, ListDecoding.Lines));
        RecommenderRow[] rows = [.. dialogues.Select(dialogue => new RecommenderRow(
            [.. policy.Prompt.Encode(dialogue).Select(token => (long)token)], [.. assets.Excluded(dialogue).Select(item => (long)item)], []))];
        return NodeRuntime.Recommend(packages, graph, rows, folder).Seconds;
    }

    private static bool Same(RecommendationList a, RecommendationList b) =>
        a.Id == b.Id && a.Recommendations.Select(line => (line.Title, line.Year)).SequenceEqual(b.Recommendations.Select(line => (line.Title, line.Year)));

    private static (double Seconds, RecommendationList[] Lists) Time(Func<IEnumerable<RecommendationList>> lists)
    {
        var watch = Stopwatch.StartNew();
        RecommendationList[] all = [.. lists()];
        return (watch.Elapsed.TotalSeconds, all);
    }
}
