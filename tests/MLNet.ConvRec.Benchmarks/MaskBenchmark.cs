using System.Diagnostics;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>What mask and sampling cost a list at each choice, at the catalog of Reddit-v2 (7,404 items) and at 100,000 items; the peer is a bound of 50 µs.</summary>
internal static class MaskBenchmark
{
    private const int LargeCatalog = 100_000, DialogueCount = 16, GroupSize = 8, WarmUps = 5, Runs = 9;
    private const double BoundMicroseconds = 50;

    public static BenchmarkResult Run(string dataFolder, TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        var reddit = ItemCatalog.Load(Path.Combine(dataFolder, "catalogs", "reddit-v2.jsonl"));
        Dialogue[] train = [.. DialogueFile.Read(Path.Combine(dataFolder, "dialogues", "redial", "train.jsonl"))];
        var policy = Backbone.TinyReal.Create(reddit, train, seed: 1);
        using var network = new Transformer(policy.Weights, CPU);
        var (small, smallShare) = Measure(network, policy, reddit, train, output);
        var (large, largeShare) = Measure(network, policy, Enlarged(reddit), train, output);
        return new BenchmarkResult
        {
            Name = "mask",
            Ours = Math.Max(small, large),
            Peer = BoundMicroseconds,
            Unit = "µs a list-step",
            More =
            {
                ["microseconds7404"] = small,
                ["shareOfDecoding7404"] = smallShare,
                ["microseconds100000"] = large,
                ["shareOfDecoding100000"] = largeShare,
            },
        };
    }

    private static (double Microseconds, double Share) Measure(Transformer network, PolicyModel policy, ItemCatalog catalog, Dialogue[] dialogues, TextWriter output)
    {
        var lists = new ListFactory(catalog, policy.Prompt);
        RolloutPrompt[] prompts = [.. dialogues.Take(DialogueCount).Select(lists.Prepare)];
        var (microseconds, shares) = (new List<double>(), new List<double>());
        for (var run = 0; run < WarmUps + Runs; run++)
        {
            var sampling = new Sampling(1, (ulong)run);
            TimedWriter[][] writers = [.. prompts.Select(prompt => Enumerable.Range(0, GroupSize)
                .Select(list => new TimedWriter(lists.Constrained(prompt.Excluded, sampling, (prompt.Key, (ulong)list)))).ToArray())];
            var clock = Stopwatch.StartNew();
            ListGenerator.Generate(network, lists.Trie, [.. prompts.Select((prompt, i) => new ListGroup(prompt.Prompt, writers[i]))], ListGenerator.DefaultPlaces, CancellationToken.None);
            if (run < WarmUps)
                continue; // until the compiler has seen what is hot
            var (spent, choices) = (writers.Sum(group => group.Sum(writer => writer.Spent.TotalMicroseconds)), writers.Sum(group => group.Sum(writer => writer.Choices)));
            microseconds.Add(spent / choices);
            shares.Add(spent / clock.Elapsed.TotalMicroseconds);
        }

        microseconds.Sort();
        shares.Sort();
        var root = lists.Trie.ChildOffset[1] - lists.Trie.ChildOffset[0];
        output.WriteLine($"{catalog.Count:N0} items, {root:N0} tokens may begin a line: {microseconds[Runs / 2]:N2} µs a list-step, {shares[Runs / 2]:P1} of decoding (medians of {Runs}).");
        return (microseconds[Runs / 2], shares[Runs / 2]);
    }

    // Real titles with the words of others behind them, until there are enough.
    private static ItemCatalog Enlarged(ItemCatalog catalog)
    {
        var random = new Random(1);
        var items = catalog.Items.Select(item => new CatalogItem { Title = item.Title, Year = item.Year }).ToDictionary(item => (item.Title, item.Year));
        while (items.Count < 1.01 * LargeCatalog)
        {
            var words = catalog.Items[random.Next(catalog.Count)].Title.Split(' ');
            var made = new CatalogItem { Title = $"{catalog.Items[random.Next(catalog.Count)].Title} {words[random.Next(words.Length)]}", Year = 1950 + random.Next(75) };
            items.TryAdd((made.Title, made.Year), made);
        }

        return ItemCatalog.Create(ItemCatalog.Create(items.Values).Items.Take(LargeCatalog));
    }

    private sealed class TimedWriter(IListWriter writer) : IListWriter
    {
        public TimeSpan Spent { get; private set; }

        public int Choices { get; private set; }

        public bool IsFinished => writer.IsFinished;

        public IReadOnlyList<int> Tokens => writer.Tokens;

        public int Node => writer.Node;

        public void Choose(Span<float> logits)
        {
            var start = Stopwatch.GetTimestamp();
            writer.Choose(logits);
            Spent += Stopwatch.GetElapsedTime(start);
            Choices++;
        }

        public SampledList ToList() => writer.ToList();
    }
}
