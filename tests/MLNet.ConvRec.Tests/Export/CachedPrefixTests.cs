using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tests.Export;

/// <summary>A graph that holds the beginning of its prompts, against the one that runs each prompt as a whole.</summary>
public sealed class CachedPrefixTests
{
    private const int Terminator = 0;
    private const int Vocabulary = 40;
    private const int ItemCount = 60;
    private const int Length = 10;
    private static readonly int[] Prefix = [11, 4, 30, 7, 7, 22, 9, 35, 1, 16, 28, 5];
    private static readonly TokenTrie Trie = TokenTrie.Build(RandomLines(ItemCount, 3));

    // Prompts that go on after the prefix by 1 to 20 tokens, with nothing, some or nearly all excluded, or with candidates.
    private static readonly RecommenderRow[] Begun =
    [
        Row([.. Prefix, 3, 21, 3, 14, 9, 2]),
        Row([.. Prefix, 5], exclude: [0, 7, 14]),
        Row([.. Prefix, .. Enumerable.Range(0, 20).Select(i => 1 + (i * i % 37))], exclude: [.. Enumerable.Range(0, 56).Select(item => (long)item)]),
        Row([.. Prefix, 8, 33], candidates: [1, 3, 5, 8, 13, 21, 34, 55]),
        Row([.. Prefix, .. Prefix]),
    ];

    public static TheoryData<string, ListDecoding> Policies => [..
        from modelType in new[] { "qwen2", "llama", "qwen3" }
        from decoding in Enum.GetValues<ListDecoding>()
        select (modelType, decoding)];

    // What no row of a batch that is cut may be: the prefix alone, less than it, something else of its length, and the prefix but for one token.
    public static TheoryData<int[]> Others =>
    [
        Prefix,
        Prefix[..^1],
        new int[] { 11 },
        new int[] { 6, 17, 17, 2, 9, 9, 31, 20, 13, 1, 8, 8, 26, 4, 19 },
        (int[])[.. Prefix[..^1], 6, 3, 14],
        (int[])[12, .. Prefix[1..], 3, 14],
        (int[])[2, .. Prefix, 3],
    ];

    [Theory]
    [MemberData(nameof(Policies))]
    public void PromptsThatBeginWithIt_GetTheSameLists(string modelType, ListDecoding decoding)
    {
        var weights = Policy(modelType);

        AssertSame(weights, new GraphForm { Decoding = decoding }, Begun);
        AssertSame(weights, new GraphForm { Decoding = decoding }, Begun[..1]);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void ABatchWithAnotherPrompt_GetsTheSameLists(int[] other)
    {
        foreach (var decoding in Enum.GetValues<ListDecoding>())
        {
            AssertSame(Policy("qwen2"), new GraphForm { Decoding = decoding }, [.. Begun[..2], Row(other), .. Begun[2..]]);
            AssertSame(Policy("qwen2"), new GraphForm { Decoding = decoding }, [Row(other)]);
        }
    }

    [Theory]
    [InlineData(WeightPrecision.Half)]
    [InlineData(WeightPrecision.EightBit)]
    [InlineData(WeightPrecision.FourBit)]
    public void EveryPrecision_GivesTheSameLists(WeightPrecision precision) =>
        AssertSame(Policy("llama"), new GraphForm { Precision = precision }, Begun);

    [Fact]
    public void TheGraph_HoldsItsKeysAndValues_AndRunsNoProductForThem()
    {
        var (whole, cached) = (Graph(new GraphForm()), Graph(new GraphForm { Prefix = Prefix }));

        Assert.Equal(Products(whole), Products(cached));
        long[] key = [1, 2, 8, Prefix.Length];
        Assert.Equal(key, cached.Initializer.Single(tensor => tensor.Name == "prefix.2.key").Dims);
        Assert.DoesNotContain(whole.Initializer, tensor => tensor.Name.StartsWith("prefix", StringComparison.Ordinal));

        static GraphProto Graph(GraphForm form) => ModelProto.Parser.ParseFrom(RecommenderGraph.Build(Policy("llama"), Trie, Length, form)).Graph;
        static int Products(GraphProto graph) => graph.Node.Count(node => node.OpType == "MatMul");
    }

    // Else equal lists would tell nothing: the cached tokens must be what the run goes by.
    [Fact]
    public void KeysOfAnotherPrefix_GiveOtherScores()
    {
        var model = ModelProto.Parser.ParseFrom(RecommenderGraph.Build(Policy("llama"), Trie, Length, new GraphForm { Prefix = Prefix }));
        model.Graph.Initializer.Single(tensor => tensor.Name == "prefix.0.key").RawData = ByteString.CopyFrom(new byte[2 * 8 * Prefix.Length * sizeof(float)]);
        using var session = new InferenceSession(model.ToByteArray(), new SessionOptions { IntraOpNumThreads = 1 });

        Assert.NotEqual(
            Run(Policy("llama"), new GraphForm(), Begun)[0].Scores[0], RecommenderSession.Run(session, Begun, ItemCount)[0].Scores[0], 1e-3f);
        Assert.Equal(
            Run(Policy("llama"), new GraphForm(), [Row(Prefix)])[0].Scores[0],
            RecommenderSession.Run(session, [.. Begun, Row(Prefix)], ItemCount)[^1].Scores[0],
            1e-5f);
    }

    private static void AssertSame(PolicyWeights weights, GraphForm form, RecommenderRow[] rows)
    {
        var expected = Run(weights, form, rows);
        var actual = Run(weights, form with { Prefix = Prefix }, rows);

        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal(one.Items, other.Items);
            Assert.All(one.Scores.Zip(other.Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    private static RecommenderList[] Run(PolicyWeights weights, GraphForm form, RecommenderRow[] rows)
    {
        using var session = new InferenceSession(RecommenderGraph.Build(weights, Trie, Length, form), new SessionOptions { IntraOpNumThreads = 1 });
        return RecommenderSession.Run(session, rows, ItemCount);
    }

    private static PolicyWeights Policy(string modelType) => RandomPolicy.Create(
        RandomPolicy.Config(Vocabulary, layers: 3) with { ModelType = modelType, HeadDimension = modelType == "qwen3" ? 16 : null }, seed: 3);

    private static RecommenderRow Row(int[] prompt, long[]? exclude = null, long[]? candidates = null) =>
        new(Array.ConvertAll(prompt, token => (long)token), exclude ?? [], candidates ?? []);

    private static int[][] RandomLines(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(item => (int[])
            [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(20, 24)), 1 + (item / 8), 10 + (item % 8), Terminator])];
    }
}
