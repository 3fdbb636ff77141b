using System.Text;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Training.Tests.Policy.Generation;

/// <summary>Lines end at any token with a line break in it, as real vocabularies have them.</summary>
public class FreeListWriterTests
{
    private const int CloseAndBreak = 256, TwoBreaks = 257, BreakAndTwo = 258;

    private static readonly PolicyTokenizer Tokenizer = PolicyTokenizer.Parse(TokenizerJson.Write(
        [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }), ")\n"u8.ToArray(), "\n\n"u8.ToArray(), "\n "u8.ToArray()],
        [(')', '\n'), ('\n', '\n'), ('\n', ' ')],
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        ".+"));

    [Fact]
    public void TokenWithALineBreak_BelongsToTheLineThatItEnds()
    {
        var list = Write(4, 100, [.. Bytes("Alien (1979"), CloseAndBreak, .. Bytes("Up (2009)"), '\n', .. Bytes("nonsense"), BreakAndTwo, .. Bytes("Heat (1995)"), Tokenizer.EndOfTurn]);

        Assert.Equal(["Alien", "Up", null, "Heat"], Titles(list));
        Assert.Equal([1, 2, 3, 4, 0], Runs(list.Ranks));
        Assert.Equal(1, list.Ranks[11]); // ")\n"
        Assert.Equal(4, list.Scores.Length);
    }

    [Fact]
    public void EmptyLine_IsAMissAtItsRank()
    {
        var list = Write(3, 100, [.. Bytes("Alien (1979)"), TwoBreaks, .. Bytes("Up (2009)"), Tokenizer.EndOfTurn]);

        Assert.Equal(["Alien", null, "Up"], Titles(list));
        Assert.Equal([1, 3, 0], Runs(list.Ranks));
    }

    [Fact]
    public void LinesPastN_HaveNoRank_AndTheLimitEndsTheList()
    {
        var list = Write(1, 15, [.. Bytes("Up (2009)\nHeat (1995)\n")]);

        Assert.Equal(["Up"], Titles(list));
        Assert.Equal(15, list.Tokens.Length);
        Assert.Equal([1, 0], Runs(list.Ranks));
    }

    private static SampledList Write(int length, int limit, int[] tokens)
    {
        var writer = new FreeListWriter(ToyShop.Catalog, new RankSegments(Tokenizer), Tokenizer.EndOfTurn, length, limit, Sampling.Greedy, default);
        foreach (var token in tokens)
        {
            if (writer.IsFinished)
                break;
            var logits = new float[Tokenizer.VocabularySize];
            logits[token] = 10;
            writer.Choose(logits);
        }

        Assert.True(writer.IsFinished);
        return writer.ToList();
    }

    private static int[] Bytes(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

    private static string?[] Titles(SampledList list) => [.. list.Items.Select(item => item < 0 ? null : ToyShop.Catalog.Items[item].Title)];

    private static int[] Runs(int[] ranks) => [.. ranks.Where((rank, i) => i == 0 || rank != ranks[i - 1])];
}
