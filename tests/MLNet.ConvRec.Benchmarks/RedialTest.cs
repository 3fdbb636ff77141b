using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Evaluation.Comparison;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>A trained policy and the dialogues of ReDial test: the lists that graphs of it write, and how good they are.</summary>
/// <remarks>
/// Intervals are of 95%, by 2,000 resamples of whole conversations: the dialogues of one conversation are its prefixes and don't vary independently.
/// </remarks>
internal sealed class RedialTest(string data, string policyFolder)
{
    /// <summary>The metrics that are told.</summary>
    public static IReadOnlyList<string> Metrics { get; } = [MetricNames.Recall(20), MetricNames.Ndcg(20)];

    public ItemCatalog Catalog { get; } = ItemCatalog.Load(Path.Combine(data, "catalogs", "redial.jsonl"));

    public PolicyModel Policy { get; } = PolicyModel.Load(policyFolder);

    public IReadOnlyList<Dialogue> Dialogues { get; } = [.. DialogueFile.Read(Path.Combine(data, "dialogues", "redial", "test.jsonl"))];

    /// <summary>Builds the catalog's trie in the policy's tokens.</summary>
    public TokenTrie TrieOf(ItemCatalog catalog) => new ScoringAssets(Policy.Prompt, catalog).BuildTrie();

    /// <summary>Writes the lists of dialogues by a graph, in batches on all cores, as <c>RecommenderModel.Load</c> does.</summary>
    public RecommendationList[] Lists(byte[] graph, ItemCatalog catalog, IReadOnlyList<Dialogue> dialogues)
    {
        var archive = new RecommenderArchive(graph, new ScoringAssets(Policy.Prompt, catalog));
        using var recommender = new RecommenderTransformer(new MLContext(), archive, new RecommenderOptions(), "recommender.onnx");
        return [.. recommender.Recommend(dialogues)];
    }

    /// <summary>Means over dialogues, each with its interval.</summary>
    public static Dictionary<string, Estimate> Means(SystemEvaluation system, IReadOnlyList<Dialogue> dialogues) =>
        Metrics.ToDictionary(metric => metric, metric => Mean([.. system.Values[metric]], dialogues));

    /// <summary>Means of a system's values less another's on the same dialogues, each with its interval.</summary>
    public static Dictionary<string, Estimate> Differences(SystemEvaluation system, SystemEvaluation other, IReadOnlyList<Dialogue> dialogues) => Metrics.ToDictionary(
        metric => metric, metric => Mean([.. system.Values[metric].Zip(other.Values[metric], (a, b) => a - b)], dialogues));

    /// <summary>An estimate in a line of a table.</summary>
    public static string Shown(Estimate estimate) => $"{estimate.Mean:0.0000} [{estimate.Low:0.0000}, {estimate.High:0.0000}]";

    private static Estimate Mean(double[] values, IReadOnlyList<Dialogue> dialogues)
    {
        var (low, high) = Bootstrap.Intervals([values], new EvaluationOptions(), [.. dialogues.Select(dialogue => dialogue.ConversationId)])[0];
        return new Estimate(Bootstrap.Mean(values), low, high);
    }
}
