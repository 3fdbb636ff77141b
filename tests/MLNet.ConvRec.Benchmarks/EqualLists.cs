using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Scoring;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>
/// Counts the dialogues for which every way of running a policy writes the list that its graph writes alone: the row form of <c>model.zip</c>, batches,
/// TorchSharp and, where its packages are, node's ONNX Runtime.
/// </summary>
/// <remarks>A tie is a list whose first differing rank has scores within 1e-4 of each other.</remarks>
internal static class EqualLists
{
    /// <summary>The command: a policy's folder.</summary>
    public const string Command = "equal-lists";

    private const int Dialogues = 500;
    private const double Tie = 1e-4;

    public static void Run(string data, string policyFolder, TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        var catalog = ItemCatalog.Load(Path.Combine(data, "catalogs", "redial.jsonl"));
        var policy = PolicyModel.Load(policyFolder, new PromptOptions());
        var world = new World(catalog, policy, [.. DialogueFile.Read(Path.Combine(data, "dialogues", "redial", "valid.jsonl")).Take(Dialogues)]);
        var folder = Directory.CreateTempSubdirectory("convrec-equal-");
        try
        {
            foreach (var decoding in Enum.GetValues<ListDecoding>())
                Compare(world, decoding, folder.FullName, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Compare(World world, ListDecoding decoding, string folder, TextWriter output)
    {
        var ml = new MLContext();
        var (graph, zip) = (Path.Combine(folder, $"{decoding}.onnx"), Path.Combine(folder, $"{decoding}.zip"));
        var form = new GraphForm { Decoding = decoding, Prefix = CachedPrefix.Of(world.Policy.Prompt) };
        File.WriteAllBytes(graph, RecommenderGraph.Build(world.Policy.Weights, world.Trie, world.Length, form));
        var view = ml.Data.LoadDialogues(world.Dialogues);
        ml.Model.Save(ScoringChain.Create(ml.Transforms, view, world.Policy.Weights, world.Assets, decoding), view.Schema, zip);
        using var session = new InferenceSession(graph, new SessionOptions { IntraOpNumThreads = 1 });
        RankedItems[] alone = [.. world.Rows.Select(row => Items(RecommenderSession.Run(session, [row], world.Catalog.Count)[0]))];

        Tell("mlContext.Model.Load, row by row", world.Items(ml.Model.Load(zip, out _).Transform(view).ReadRecommendations()));
        foreach (var batch in new[] { 1, 8, 32 })
        {
            using var batched = RecommenderModel.Load(ml, zip, new RecommenderOptions { BatchSize = batch });
            Tell($"RecommenderModel.Load, batches of {batch}", world.Items(batched.Transform(view).ReadRecommendations()));
        }

        using (var network = new Transformer(world.Policy.Weights, CPU))
        {
            ListRequest[] requests = [.. world.Rows.Select(row => new ListRequest(Array.ConvertAll(row.Prompt, token => (int)token), Array.ConvertAll(row.Exclude, item => (int)item)))];
            Tell("TorchSharp", GreedyLists.Of(network, world.Trie, requests, world.Length, decoding, default));
        }

        if (NodeRuntime.Packages is { } packages)
            Tell("onnxruntime-node", NodeRuntime.Recommend(packages, graph, world.Rows, folder).Lists);

        void Tell(string way, RankedItems[] lists)
        {
            var differing = alone.Zip(lists).Where(pair => !pair.First.Items.SequenceEqual(pair.Second.Items)).ToArray();
            var ties = differing.Count(pair => IsTie(pair.First, pair.Second));
            output.WriteLine($"{decoding,-6} {way,-42} {alone.Length - differing.Length} of {alone.Length} equal, {ties} ties, {differing.Length - ties} otherwise");
        }
    }

    private static bool IsTie(RankedItems a, RankedItems b)
    {
        var rank = Enumerable.Range(0, Math.Min(a.Items.Length, b.Items.Length)).First(k => a.Items[k] != b.Items[k]);
        return Math.Abs(a.Scores[rank] - b.Scores[rank]) < Tie;
    }

    private static RankedItems Items(RecommenderList list) => new(Array.ConvertAll(list.Items, item => (int)item), list.Scores);

    private sealed class World(ItemCatalog catalog, PolicyModel policy, Dialogue[] dialogues)
    {
        private readonly Dictionary<ItemReference, int> _indices = catalog.Items.Select((item, index) => (item.Reference, index)).ToDictionary(pair => pair.Reference, pair => pair.index);

        public ItemCatalog Catalog => catalog;

        public PolicyModel Policy => policy;

        public Dialogue[] Dialogues => dialogues;

        public int Length => policy.Prompt.Options.ListLength;

        public ScoringAssets Assets { get; } = new(policy.Prompt, catalog);

        public TokenTrie Trie => field ??= Assets.BuildTrie();

        public RecommenderRow[] Rows => field ??= [.. dialogues.Select(dialogue => new RecommenderRow(
            [.. policy.Prompt.Encode(dialogue).Select(token => (long)token)], [.. Assets.Excluded(dialogue).Select(item => (long)item)], []))];

        public RankedItems[] Items(IEnumerable<RecommendationList> lists) => [.. lists.Select(list => new RankedItems(
            [.. list.Recommendations.Select(line => _indices[new ItemReference(line.Title, line.Year)])], [.. list.Recommendations.Select(line => (float)line.Score)]))];
    }
}
