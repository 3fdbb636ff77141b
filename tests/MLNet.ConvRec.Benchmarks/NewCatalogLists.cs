using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Export;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>
/// A policy with a catalog that it was not trained with: 500 of ReDial's items are gone and 500 films of Reddit's that ReDial lacks are new. Nothing is
/// trained; only the trie is built anew.
/// </summary>
internal static class NewCatalogLists
{
    /// <summary>The command: a policy's folder.</summary>
    public const string Command = "new-catalog";

    private const int Changed = 500, Seed = 3407;
    private const string Source = "reddit-v2";

    public static Result Run(string data, string policyFolder, TextWriter output)
    {
        var test = new RedialTest(data, policyFolder);
        var length = test.Policy.Prompt.Options.ListLength;
        var (catalog, added) = Change(test.Catalog, ItemCatalog.Load(Path.Combine(data, "catalogs", $"{Source}.jsonl")));
        var lists = Lists(catalog);
        var oldLists = Lists(test.Catalog);
        Dialogue[] kept = [.. test.Dialogues.Where(dialogue => dialogue.GroundTruth.Count > 0 && dialogue.GroundTruth.All(item => catalog.IndexOf(item) >= 0))];
        var (metrics, oldMetrics) = (Evaluate("new", lists, catalog), Evaluate("old", oldLists, test.Catalog));
        var newAtRank = Enumerable.Range(0, length).Select(rank => lists.Count(list => IsAdded(list.Recommendations[rank]))).ToArray();
        var result = new Result
        {
            AddedFrom = Source,
            PolicySha256 = PolicyHash.Of(test.Policy),
            Items = catalog.Count,
            Removed = Changed,
            Added = added.Count,
            Validity = ListValidity.Of(lists, test.Dialogues, catalog, length),
            ListsWithAdded = lists.Count(list => list.Recommendations.Any(IsAdded)),
            AddedListed = lists.SelectMany(list => list.Recommendations.Where(IsAdded)).Select(Key).Distinct().Count(),
            AddedAtRank = newAtRank,
            DialoguesWithTruth = kept.Length,
            ConversationsWithTruth = kept.Select(dialogue => dialogue.ConversationId).Distinct(StringComparer.Ordinal).Count(),
            NewCatalog = RedialTest.Means(metrics, kept),
            OldCatalog = RedialTest.Means(oldMetrics, kept),
            NewLessOld = RedialTest.Differences(metrics, oldMetrics, kept),
        };
        output.WriteLine(result);
        return result;

        RecommendationList[] Lists(ItemCatalog of) => test.Lists(RecommenderGraph.Build(test.Policy.Weights, test.TrieOf(of), length), of, test.Dialogues);

        SystemEvaluation Evaluate(string name, RecommendationList[] all, ItemCatalog of)
        {
            var ids = kept.Select(dialogue => dialogue.Id).ToHashSet(StringComparer.Ordinal);
            return RecommendationEvaluator.Evaluate(name, all.Where(list => ids.Contains(list.Id)), kept, of);
        }

        bool IsAdded(Recommendation line) => added.Contains(Key(line));
    }

    private static ItemKey Key(Recommendation line) => ItemKey.Of(new ItemReference(line.Title, line.Year));

    private static (ItemCatalog Catalog, HashSet<ItemKey> Added) Change(ItemCatalog catalog, ItemCatalog source)
    {
        var random = new Random(Seed);
        var kept = catalog.Items.ToArray();
        random.Shuffle(kept);
        CatalogItem[] unknown = [.. source.Items.Where(item => catalog.WithTitle(item.Title).Count == 0)];
        random.Shuffle(unknown);
        CatalogItem[] added = unknown[..Changed];
        return (ItemCatalog.Create([.. kept[Changed..], .. added]), [.. added.Select(item => ItemKey.Of(item.Reference))]);
    }

    /// <summary>What the policy does with the new catalog.</summary>
    internal sealed record Result
    {
        public string Name { get; } = Command;

        public required string PolicySha256 { get; init; }

        /// <summary>The catalog that the added titles are of.</summary>
        public required string AddedFrom { get; init; }

        /// <summary>The items of the new catalog.</summary>
        public required int Items { get; init; }

        public required int Removed { get; init; }

        public required int Added { get; init; }

        /// <summary>Of the lists of all dialogues with the new catalog.</summary>
        public required ListValidity Validity { get; init; }

        /// <summary>Lists that hold any added title.</summary>
        public required int ListsWithAdded { get; init; }

        /// <summary>How many of the added titles stand in any list.</summary>
        public required int AddedListed { get; init; }

        /// <summary>By rank the lists that have an added title there.</summary>
        public required IReadOnlyList<int> AddedAtRank { get; init; }

        /// <summary>Dialogues whose truth is all in the new catalog, and so in both.</summary>
        public required int DialoguesWithTruth { get; init; }

        /// <summary>The conversations that they are cut from: what intervals resample.</summary>
        public required int ConversationsWithTruth { get; init; }

        /// <summary>On those dialogues, with the new catalog.</summary>
        public required Dictionary<string, Estimate> NewCatalog { get; init; }

        /// <summary>On the same, with the old one.</summary>
        public required Dictionary<string, Estimate> OldCatalog { get; init; }

        /// <summary>Their paired difference.</summary>
        public required Dictionary<string, Estimate> NewLessOld { get; init; }

        public override string ToString() =>
            $"{Items} items, {Removed} removed, {Added} added of {AddedFrom}: {Validity}\n"
            + $"  {ListsWithAdded} lists hold {AddedListed} of the added titles, by rank {string.Join(' ', AddedAtRank)}\n"
            + $"  {DialoguesWithTruth} dialogues of {ConversationsWithTruth} conversations whose truth is in both catalogs:\n"
            + string.Join('\n', RedialTest.Metrics.Select(metric => $"  {metric}: new {RedialTest.Shown(NewCatalog[metric])}, "
                + $"old {RedialTest.Shown(OldCatalog[metric])}, new less old {RedialTest.Shown(NewLessOld[metric])}"));
    }
}
