using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Scoring;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy.Generation;

/// <summary>The policy in TorchSharp writes the lists that its saved recommender writes, in each way of writing them.</summary>
[Collection<Alone>]
public class GreedyListsTests
{
    private const int ItemCount = 90;
    private const int Terminator = 0;

    // Prompts of different lengths, with nothing, some, nearly all or all excluded.
    private static readonly ListRequest[] Requests =
    [
        new([7, 3, 21, 3, 14, 9], []),
        new([5], [0, 7, 14]),
        new([9, 9, 30, 31, 2, 17, 4, 4, 8], [.. Enumerable.Range(0, ItemCount - 4)]),
        new([12, 30, 6, 1], [.. Enumerable.Range(0, ItemCount)]),
        new([.. Enumerable.Range(0, 40).Select(i => 2 + (i * i % 50))], [1, 2, 3, 50]),
    ];

    public static TheoryData<string, ListDecoding, int> Cases =>
        [.. SmallPolicies.Configs.Keys.SelectMany(name => Enum.GetValues<ListDecoding>().Select(decoding => (name, decoding, name == "qwen2" ? 100 : 12)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lists_AreThoseOfTheSavedRecommender(string architecture, ListDecoding decoding, int length)
    {
        TorchRuntime.EnsureLoaded();
        var weights = SmallPolicies.Weights(SmallPolicies.Configs[architecture]);
        using var network = new Transformer(weights, CPU);
        var trie = TokenTrie.Build(Lines(architecture.Length));

        var lists = GreedyLists.Of(network, trie, Requests, length, decoding, TestContext.Current.CancellationToken);

        using var session = new InferenceSession(RecommenderGraph.Build(weights, trie, length, decoding), new SessionOptions { IntraOpNumThreads = 1 });
        var expected = RecommenderSession.Run(session, [.. Requests.Select(request => new RecommenderRow(Longs(request.Prompt), Longs(request.Excluded), []))], ItemCount);
        Assert.Equal([Math.Min(length, ItemCount), Math.Min(length, ItemCount - 3), 4, 0, Math.Min(length, ItemCount - 4)], lists.Select(list => list.Items.Length));
        for (var row = 0; row < lists.Length; row++)
        {
            Assert.Equal(expected[row].Items, Longs(lists[row].Items));
            Assert.All(expected[row].Scores.Zip(lists[row].Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public void FirstLines_AreTheWholeDistribution()
    {
        var (network, trie) = World();
        using var policy = network;

        var list = GreedyLists.Of(network, trie, Requests[..1], ItemCount, ListDecoding.First, TestContext.Current.CancellationToken)[0];

        Assert.Equal(Enumerable.Range(0, ItemCount), list.Items.Order());
        Assert.Equal(1, list.Scores.Sum(score => Math.Exp(score)), 1e-4);
        Assert.Equal(list.Scores.OrderDescending(), list.Scores);
    }

    [Fact]
    public void AShorterList_IsTheBeginningOfALongerOne()
    {
        var (network, trie) = World();
        using var policy = network;

        var all = First(network, trie, Requests, ItemCount);

        foreach (var length in (int[])[0, 1, 5, 20])
            Assert.Equal(all.Select(list => list.Items[..Math.Min(length, list.Items.Length)]), First(network, trie, Requests, length).Select(list => list.Items));
    }

    [Fact]
    public void FirstLines_DoNotDependOnWhoIsSearchedBeside()
    {
        var (network, trie) = World();
        using var policy = network;
        ListRequest[] many = [.. Enumerable.Range(0, 70).Select(i => new ListRequest([.. Enumerable.Range(0, 3 + (i % 9)).Select(t => 2 + ((i * t) % 50))], [i]))];

        var together = First(network, trie, many, 10);

        for (var i = 0; i < many.Length; i += 9)
        {
            var alone = First(network, trie, [many[i]], 10)[0];
            Assert.Equal(alone.Items, together[i].Items);
            Assert.All(alone.Scores.Zip(together[i].Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    [Fact]
    public void ManyCalls_LeaveNoTensorBehind()
    {
        var (network, trie) = World();
        using var policy = network;
        First(network, trie, Requests, 10);
        var before = Alone.LiveTensors();

        for (var call = 0; call < 10; call++)
            First(network, trie, Requests, 10);

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static RankedItems[] First(Transformer network, TokenTrie trie, ListRequest[] requests, int length) =>
        GreedyLists.Of(network, trie, requests, length, ListDecoding.First, TestContext.Current.CancellationToken);

    private static (Transformer Network, TokenTrie Trie) World()
    {
        TorchRuntime.EnsureLoaded();
        return (new Transformer(SmallPolicies.Weights(SmallPolicies.Configs["qwen2"]), CPU), TokenTrie.Build(Lines(3)));
    }

    private static long[] Longs(IEnumerable<int> values) => [.. values.Select(value => (long)value)];

    // Lines that share beginnings of several tokens, so that searching and forced tokens both occur.
    private static int[][] Lines(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, ItemCount).Select(item => (int[])
            [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(20, 24)), 2 + (item / 8), 30 + (item % 8), Terminator])];
    }
}
