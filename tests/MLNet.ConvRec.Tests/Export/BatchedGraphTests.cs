using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tests.Export;

/// <summary>Rows of a batch, ways of decoding, and what may be listed, against decoding as one would write it down.</summary>
public sealed class BatchedGraphTests
{
    private const int Terminator = 0;
    private const int Vocabulary = 40;
    private const int ItemCount = 60;
    private static readonly int[][] Lines = RandomLines(ItemCount, 3);
    private static readonly PolicyWeights Weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary), 3);

    // Rows of different lengths, one of a single token, with nothing, some or nearly all excluded.
    private static readonly Row[] Rows =
    [
        new([7, 3, 21, 3, 14, 9], [], []),
        new([5], [0, 7, 14], []),
        new([9, 9, 30, 31, 2, 17, 4, 4, 8], [.. Enumerable.Range(0, 56)], []),
        new([1, 2, 3], [3, 3, 3], [1, 3, 5, 8, 13, 21, 34, 55]),
        new([8, 7], [], [59]),
        new([12, 30, 6, 1], [.. Enumerable.Range(0, ItemCount)], []),
    ];

    [Theory]
    [InlineData(ListDecoding.Lines)]
    [InlineData(ListDecoding.First)]
    [InlineData(ListDecoding.Joined)]
    public void EachRowOfABatch_GivesTheReferenceList(ListDecoding decoding)
    {
        using var session = Session(decoding, 10);

        var lists = Run(session, Rows, 10);

        for (var row = 0; row < Rows.Length; row++)
            AssertSame(Reference(Rows[row], decoding, 10), lists[row]);
    }

    [Theory]
    [InlineData(ListDecoding.Lines)]
    [InlineData(ListDecoding.First)]
    [InlineData(ListDecoding.Joined)]
    public void ARow_DependsNeitherOnNeighboursNorOnPadding(ListDecoding decoding)
    {
        using var session = Session(decoding, 7);
        var together = Run(session, Rows, 7);
        Row longest = new([.. Enumerable.Range(0, 50).Select(i => 1 + (i * i % 37))], [], []);

        for (var row = 0; row < Rows.Length; row++)
        {
            AssertSame(Run(session, [Rows[row]], 7)[0], together[row]);
            AssertSame(Run(session, [longest, Rows[row]], 7)[1], together[row]);
        }
    }

    [Theory]
    [InlineData(ListDecoding.Lines)]
    [InlineData(ListDecoding.First)]
    [InlineData(ListDecoding.Joined)]
    public void Candidates_AloneAreListed(ListDecoding decoding)
    {
        using var session = Session(decoding, 10);

        var list = Run(session, [Rows[3]], 10)[0];

        Assert.Equal(Rows[3].Candidates.Except(Rows[3].Exclude).Order(), list.Select(line => line.Item).Order());
    }

    [Fact]
    public void ManyRandomWorlds_GiveTheReferenceLists()
    {
        for (var seed = 20; seed < 28; seed++)
        {
            var lines = RandomLines(ItemCount, seed);
            var weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary, layers: 1 + (seed % 3)), seed);
            foreach (var decoding in Enum.GetValues<ListDecoding>())
            {
                using var session = Session(decoding, 12, weights, lines);
                var lists = Run(session, Rows, 12);
                for (var row = 0; row < Rows.Length; row++)
                    AssertSame(Reference(Rows[row], decoding, 12, weights, lines), lists[row]);
            }
        }
    }

    [Fact]
    public void ACatalogWithoutSharedBeginnings_IsRankedByThePromptAlone()
    {
        int[][] lines = [.. Enumerable.Range(1, 12).Select(token => new[] { token, Terminator })];
        using var session = Session(ListDecoding.First, 5, Weights, lines);

        AssertSame(Reference(Rows[0], ListDecoding.First, 5, Weights, lines), Run(session, [Rows[0]], 5)[0]);
    }

    [Fact]
    public void AListOfAWrongOrder_IsSeen()
    {
        using var session = Session(ListDecoding.Lines, 10);
        var list = Run(session, [Rows[0]], 10)[0];

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertSame([list[1], list[0], .. list[2..]], list));
    }

    private static (int Item, double Score)[] Reference(
        Row row, ListDecoding decoding, int length, PolicyWeights? weights = null, int[][]? lines = null)
    {
        (weights, lines) = (weights ?? Weights, lines ?? Lines);
        int[] closed = row.Candidates.Length == 0 ? row.Exclude : [.. row.Exclude, .. Enumerable.Range(0, lines.Length).Except(row.Candidates)];
        (int Item, double Score)[] ByLines() => [.. ReferenceRecommender.Recommend(weights, lines, row.Prompt, closed, length)];
        (int Item, double Score)[] ByFirst() => [.. ReferenceRecommender.RankByFirstLine(weights, lines, row.Prompt, closed).Take(length)];
        return decoding switch
        {
            ListDecoding.Lines => ByLines(),
            ListDecoding.First => ByFirst(),
            _ => [.. ListJoin.Of([.. ByLines().Select(line => line.Item)], [.. ByFirst().Select(line => line.Item)], length).Select(line => (line.Item, (double)line.Score))],
        };
    }

    private static void AssertSame(IReadOnlyList<(int Item, double Score)> expected, IReadOnlyList<(int Item, double Score)> actual)
    {
        Assert.Equal(expected.Select(line => line.Item), actual.Select(line => line.Item));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4));
    }

    private static InferenceSession Session(ListDecoding decoding, int length, PolicyWeights? weights = null, int[][]? lines = null) =>
        new(RecommenderGraph.Build(weights ?? Weights, TokenTrie.Build(lines ?? Lines), length, decoding), new SessionOptions { IntraOpNumThreads = 1 });

    private static (int Item, double Score)[][] Run(InferenceSession session, IReadOnlyList<Row> rows, int length)
    {
        var lists = RecommenderSession.Run(session, [.. rows.Select(row => new RecommenderRow(
            [.. row.Prompt.Select(token => (long)token)], [.. row.Exclude.Select(item => (long)item)], [.. row.Candidates.Select(item => (long)item)]))], ItemCount);
        return [.. lists.Select(list => list.Items.Zip(list.Scores, (item, score) => ((int)item, (double)score)).Take(length).ToArray())];
    }

    private static int[][] RandomLines(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(item => (int[])
            [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(20, 24)), 1 + (item / 8), 10 + (item % 8), Terminator])];
    }

    private sealed record Row(int[] Prompt, int[] Exclude, int[] Candidates);
}
