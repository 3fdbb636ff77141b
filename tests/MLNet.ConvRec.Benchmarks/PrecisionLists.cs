using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Export;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>What a lower precision of <c>recommender.onnx</c> costs on ReDial test: every precision's lists beside those of fp32.</summary>
internal static class PrecisionLists
{
    /// <summary>The command: a policy's folder.</summary>
    public const string Command = "precisions";

    private const int Candidates = 200, Seed = 3407, Top = 5;

    public static Result Run(string data, string policyFolder, TextWriter output)
    {
        var test = new RedialTest(data, policyFolder);
        var trie = test.TrieOf(test.Catalog);
        var restricted = WithCandidates(test.Dialogues, test.Catalog);
        var length = test.Policy.Prompt.Options.ListLength;
        List<Row> rows = [];
        (RecommendationList[] Lists, SystemEvaluation Metrics)? full = null;
        foreach (var precision in Enum.GetValues<WeightPrecision>())
        {
            var graph = RecommenderGraph.Build(test.Policy.Weights, trie, length, new GraphForm { Precision = precision });
            var lists = test.Lists(graph, test.Catalog, test.Dialogues);
            var metrics = RecommendationEvaluator.Evaluate(precision.Name, lists, test.Dialogues, test.Catalog);
            var (fullLists, fullMetrics) = full ??= (lists, metrics);
            var row = new Row
            {
                Precision = precision.Name,
                Bytes = graph.Length,
                Metrics = RedialTest.Means(metrics, test.Dialogues),
                LessFp32 = RedialTest.Differences(metrics, fullMetrics, test.Dialogues),
                EqualLists = Share(lists, fullLists, (a, b) => a.SequenceEqual(b) ? 1 : 0),
                InCommon = Share(lists, fullLists, (a, b) => (double)a.Intersect(b).Count() / length),
                InCommonOfTop5 = Share(lists, fullLists, (a, b) => (double)a[..Top].Intersect(b[..Top]).Count() / Top),
                Validity = ListValidity.Of(lists, test.Dialogues, test.Catalog, length),
                AmongCandidates = ListValidity.Of(test.Lists(graph, test.Catalog, restricted), restricted, test.Catalog, length),
            };
            rows.Add(row);
            output.WriteLine(row);
        }

        return new Result("precisions", PolicyHash.Of(test.Policy), test.Dialogues.Count, Conversations(test.Dialogues), Candidates, rows);
    }

    private static int Conversations(IReadOnlyList<Dialogue> dialogues) => dialogues.Select(dialogue => dialogue.ConversationId).Distinct(StringComparer.Ordinal).Count();

    private static Dialogue[] WithCandidates(IReadOnlyList<Dialogue> dialogues, ItemCatalog catalog)
    {
        var random = new Random(Seed);
        ItemReference[] items = [.. catalog.Items.Select(item => item.Reference)];
        return [.. dialogues.Select(dialogue =>
        {
            random.Shuffle(items);
            return dialogue with { Candidates = items[..Candidates] };
        })];
    }

    private static double Share(RecommendationList[] lists, RecommendationList[] others, Func<ItemReference[], ItemReference[], double> value) =>
        lists.Zip(others).Average(pair => value(Items(pair.First), Items(pair.Second)));

    private static ItemReference[] Items(RecommendationList list) => [.. list.Recommendations.Select(line => new ItemReference(line.Title, line.Year))];

    /// <summary>All precisions on the same dialogues.</summary>
    /// <param name="Name">The benchmark.</param>
    /// <param name="PolicySha256">Which policy.</param>
    /// <param name="Dialogues">How many dialogues.</param>
    /// <param name="Conversations">How many conversations they are cut from: what intervals resample.</param>
    /// <param name="Candidates">How many random candidates each dialogue has in the second run.</param>
    /// <param name="Rows">The precisions.</param>
    internal sealed record Result(string Name, string PolicySha256, int Dialogues, int Conversations, int Candidates, IReadOnlyList<Row> Rows);

    /// <summary>One precision.</summary>
    internal sealed record Row
    {
        public required string Precision { get; init; }

        /// <summary>The size of <c>recommender.onnx</c>.</summary>
        public required long Bytes { get; init; }

        public required Dictionary<string, Estimate> Metrics { get; init; }

        /// <summary>The metrics less those of fp32, paired by dialogue.</summary>
        public required Dictionary<string, Estimate> LessFp32 { get; init; }

        /// <summary>The share of lists that are fp32's, rank by rank.</summary>
        public required double EqualLists { get; init; }

        /// <summary>The share of a list's items that stand in fp32's, at whatever rank.</summary>
        public required double InCommon { get; init; }

        /// <summary>The same of the first five ranks.</summary>
        public required double InCommonOfTop5 { get; init; }

        public required ListValidity Validity { get; init; }

        /// <summary>Of the run in which every dialogue has candidates.</summary>
        public required ListValidity AmongCandidates { get; init; }

        public override string ToString() =>
            $"{Precision}: {Bytes / 1e6:N1} MB, {EqualLists:P1} equal, {InCommon:P1} in common, {InCommonOfTop5:P1} of the first {Top}\n"
            + string.Concat(RedialTest.Metrics.Select(metric => $"  {metric}: {RedialTest.Shown(Metrics[metric])}, less fp32's {RedialTest.Shown(LessFp32[metric])}\n"))
            + $"  {Validity}\n  with candidates: {AmongCandidates}";
    }
}
