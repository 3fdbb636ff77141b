using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Tests.Export;

public sealed class RecommenderGraphTests
{
    private const int Terminator = 0;
    private const int Vocabulary = 40;
    private static readonly int[] Prompt = [7, 3, 21, 3, 14, 9];

    [Theory]
    [InlineData(1, 4, 2)]
    [InlineData(2, 4, 4)]
    [InlineData(3, 4, 1)]
    [InlineData(4, 2, 1)]
    public void RandomPolicyAndCatalog_GivesTheReferenceList(int seed, int heads, int keyValueHeads)
    {
        var weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary, heads: heads, keyValueHeads: keyValueHeads), seed);
        var lines = RandomLines(60, seed);
        int[] exclude = [.. Enumerable.Range(0, 60).Where(item => (item + seed) % 7 == 0)];

        AssertMatchesReference(weights, lines, exclude, listLength: 8);
    }

    [Theory]
    [InlineData("llama", 4, 2, 8, true, false)]
    [InlineData("llama", 4, 4, 6, false, true)]
    [InlineData("llama", 6, 2, 12, false, true)]
    [InlineData("qwen3", 4, 2, 16, true, false)]
    [InlineData("qwen3", 6, 3, 4, false, false)]
    [InlineData("qwen2", 4, 2, 8, false, false)]
    public void EveryArchitecture_GivesTheReferenceList(
        string modelType, int heads, int keyValueHeads, int headDimension, bool isTied, bool isScaled)
    {
        var config = RandomPolicy.Config(Vocabulary, heads: heads, keyValueHeads: keyValueHeads) with
        {
            ModelType = modelType,
            HeadDimension = headDimension,
            TieWordEmbeddings = isTied,
            RopeTheta = 500_000,
            RopeScaling = isScaled
                ? new RopeScaling { Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalMaxPositions = 64 }
                : null,
        };
        int[] prompt = [.. Enumerable.Range(0, 60).Select(i => 1 + (i * i % 37))];

        AssertMatchesReference(RandomPolicy.Create(config, 11), RandomLines(40, 11), [3, 5], listLength: 5, prompt);
    }

    [Theory]
    [InlineData("bfloat16")]
    [InlineData("float16")]
    public void HalfPrecisionWeights_AreWidened(string typeName)
    {
        var type = WeightType.OfConfigName(typeName)!.Value;
        using var folder = new TemporaryFolder();
        var random = RandomPolicy.Create(RandomPolicy.Config(Vocabulary) with { ModelType = "llama" }, 12);
        SafetensorsFile.Write(folder.PathOf("half"), random.Tensors, type);
        var half = random with { Tensors = SafetensorsFile.Read(folder.PathOf("half")) };

        Assert.All(half.Tensors.Values, tensor => Assert.Equal(type, tensor.Type));
        AssertMatchesReference(half, RandomLines(20, 12), [], listLength: 4);
    }

    [Fact]
    public void RopeScaling_ChangesTheScores()
    {
        var plain = RandomPolicy.Create(RandomPolicy.Config(Vocabulary) with { ModelType = "llama" }, 13);
        var scaled = plain with
        {
            Config = plain.Config with
            {
                RopeScaling = new RopeScaling { Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalMaxPositions = 64 },
            },
        };
        var lines = RandomLines(20, 13);
        using var session = Session(plain, lines, 3);

        var (_, scores) = AssertMatchesReference(scaled, lines, [], listLength: 3);

        Assert.True(Math.Abs(scores[0] - Run(session, Prompt, []).Scores[0]) > 1e-3);
    }

    [Fact]
    public void WeightsBeyondOneFile_AreRefusedBeforeTheyAreRead()
    {
        var config = RandomPolicy.Config(Vocabulary);
        var weights = new PolicyWeights(config, new Dictionary<string, NamedTensor> { ["model.embed_tokens.weight"] = new HugeTensor() });

        var fault = Assert.Throws<NotSupportedException>(() => RecommenderGraph.Build(weights, TokenTrie.Build(RandomLines(3, 1)), 5));

        Assert.Contains("one ONNX file", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LongPrompt_GivesTheReferenceList()
    {
        var weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 5);

        AssertMatchesReference(weights, RandomLines(20, 5), [], listLength: 3, [.. Enumerable.Range(0, 150).Select(i => 1 + (i * i % 37))]);
    }

    [Fact]
    public void TitlesThatBeginOtherTitles_AreAllReached()
    {
        // Alien; Aliens; Alien 3; Alien 3 extended: each a beginning of the next but for the terminator.
        int[][] lines = [[5, Terminator], [5, 6, Terminator], [5, 7, 8, Terminator], [5, 7, 8, 9, Terminator]];
        var weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 6);

        var (items, _) = AssertMatchesReference(weights, lines, [], listLength: 4);

        Assert.Equal([0, 1, 2, 3], items.Order());
    }

    [Fact]
    public void ListLongerThanCatalog_EndsWithMinusOne()
    {
        var weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 7);

        var (items, scores) = AssertMatchesReference(weights, RandomLines(10, 7), [], listLength: 15);

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), items[..10].Order());
        Assert.All(items[10..], item => Assert.Equal(-1, item));
        Assert.All(scores[10..], score => Assert.Equal(0, score));
    }

    [Fact]
    public void EverythingExcluded_GivesOnlyMinusOne()
    {
        var weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 8);

        var (items, _) = AssertMatchesReference(weights, RandomLines(10, 8), [.. Enumerable.Range(0, 10)], listLength: 5);

        Assert.All(items, item => Assert.Equal(-1, item));
    }

    [Fact]
    public void NothingSentinelAndEmptyExclude_AreTheSame()
    {
        var weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 9);
        var lines = RandomLines(12, 9);
        using var session = Session(weights, lines, 5);

        Assert.Equal(Run(session, Prompt, []).Items, Run(session, Prompt, [12]).Items);
    }

    [Fact]
    public void ExcludedItems_AreNotListedAndOthersMoveUp()
    {
        var weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 10);
        var lines = RandomLines(30, 10);
        using var session = Session(weights, lines, 6);
        var free = Run(session, Prompt, [30]).Items;

        var (items, _) = AssertMatchesReference(weights, lines, [(int)free[0], (int)free[3]], listLength: 6);

        Assert.DoesNotContain(free[0], items);
        Assert.DoesNotContain(free[3], items);
        Assert.DoesNotContain(-1, items);
    }

    [Fact]
    public void SameWeights_GiveTheSameBytes()
    {
        var trie = TokenTrie.Build(RandomLines(10, 1));

        var first = RecommenderGraph.Build(RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 1), trie, 5);

        Assert.Equal(first, RecommenderGraph.Build(RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 1), trie, 5));
        Assert.NotEqual(first, RecommenderGraph.Build(RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 2), trie, 5));
    }

    [Fact]
    public void EmptyList_IsRefused()
    {
        var weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => RecommenderGraph.Build(weights, TokenTrie.Build(RandomLines(3, 1)), 0));
    }

    private static (long[] Items, float[] Scores) AssertMatchesReference(
        PolicyWeights weights, IReadOnlyList<int[]> lines, int[] exclude, int listLength, int[]? prompt = null)
    {
        prompt ??= Prompt;
        var expected = ReferenceRecommender.Recommend(weights, lines, prompt, exclude, listLength);
        using var session = Session(weights, lines, listLength);

        var (items, scores) = Run(session, prompt, [.. exclude.Select(item => (long)item)]);

        Assert.Equal(listLength, items.Length);
        Assert.Equal(expected.Select(line => (long)line.Item), items.Take(expected.Count));
        Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First.Score, pair.Second, 1e-4));
        return (items, scores);
    }

    private static InferenceSession Session(PolicyWeights weights, IReadOnlyList<int[]> lines, int listLength) =>
        new(RecommenderGraph.Build(weights, TokenTrie.Build(lines), listLength), new SessionOptions { IntraOpNumThreads = 1 });

    private static (long[] Items, float[] Scores) Run(InferenceSession session, int[] prompt, long[] exclude)
    {
        using var inputIds = OrtValue.CreateTensorValueFromMemory(prompt.Select(token => (long)token).ToArray(), [1, prompt.Length]);
        using var mask = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(prompt, _ => 1L), [1, prompt.Length]);
        using var candidates = OrtValue.CreateTensorValueFromMemory(Array.Empty<long>(), [1, 0]);
        using var excluded = OrtValue.CreateTensorValueFromMemory(exclude, [1, exclude.Length]);
        using var options = new RunOptions();
        using var results = session.Run(
            options,
            [.. RecommenderGraph.Inputs],
            [inputIds, mask, excluded, candidates],
            [.. RecommenderGraph.Outputs]);
        return (results[0].GetTensorDataAsSpan<long>().ToArray(), results[1].GetTensorDataAsSpan<float>().ToArray());
    }

    // Few tokens, so that lines share beginnings; the numeral of the item keeps them different.
    private static int[][] RandomLines(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(item => (int[])
            [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(20, 24)), 1 + (item / 8), 10 + (item % 8), Terminator])];
    }

    private sealed class HugeTensor() : NamedTensor([1 << 20, 1 << 10], WeightType.BFloat16)
    {
        public override void ReadBytes(long start, Span<byte> bytes) => throw new NotSupportedException("It was read.");

        public override void Read(long start, Span<float> values) => throw new NotSupportedException("It was read.");
    }
}
