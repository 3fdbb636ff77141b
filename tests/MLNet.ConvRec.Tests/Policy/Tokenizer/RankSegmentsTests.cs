using System.Text;
using System.Text.Json.Nodes;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Tokenizer;
using MLNet.ConvRec.Tests.Policy.HuggingFace;

namespace MLNet.ConvRec.Tests.Policy.Tokenizer;

public sealed class RankSegmentsTests
{
    private static readonly PolicyTokenizer Tokenizer = WithTokens(")\n", "\n\n", ").\r\n\r\n", "\n  \nA", " \n ", "\n\n\n");

    private static readonly RankSegments Segments = new(Tokenizer);

    // Awkward tokens of both vocabularies, with the bytes around their breaks.
    [Theory]
    [InlineData(")\n", 1, ")", "")]
    [InlineData("\n\n", 2, "", "")]
    [InlineData(").\r\n\r\n", 2, ").\r", "")]
    [InlineData("\n  \nA", 2, "", "A")]
    [InlineData(" \n ", 1, " ", " ")]
    [InlineData("\n\n\n", 3, "", "")]
    [InlineData("\n", 1, "", "")]
    [InlineData("A", 0, "A", "")]
    [InlineData("\r", 0, "\r", "")]
    public void Token_IsCutAtItsLineBreaks(string text, int breaks, string before, string after)
    {
        var token = IdOf(text);

        Assert.Equal(breaks, Segments.LineBreaks(token));
        Assert.Equal(before, Encoding.UTF8.GetString(Segments.BeforeBreak(token)));
        Assert.Equal(after, Encoding.UTF8.GetString(Segments.AfterBreak(token)));
    }

    [Fact]
    public void ControlAndUnknownTokens_BreakNoLine()
    {
        Assert.All(Tokenizer.ControlTokens.Values, token => Assert.Equal(0, Segments.LineBreaks(token)));
        Assert.Equal(0, Segments.LineBreaks(-1));
        Assert.Equal(0, Segments.LineBreaks(int.MaxValue));
        Assert.True(Segments.BeforeBreak(int.MaxValue).IsEmpty);
    }

    [Fact]
    public void TokenThatEndsALine_BelongsToIt()
    {
        int[] tokens = [IdOf("A"), IdOf(")\n"), IdOf("A"), IdOf("\n"), IdOf("A"), IdOf("A"), IdOf("\n  \nA"), IdOf("\n\n"), Tokenizer.EndOfTurn];

        Assert.Equal([1, 1, 2, 2, 3, 3, 3, 5, 7], Segments.RanksOf(tokens));
    }

    [Fact]
    public void Ranks_AreTheLinesOfTheWrittenText()
    {
        var random = new Random(4);
        int[] some = [.. new[] { ")\n", "\n\n", ").\r\n\r\n", "\n  \nA", " \n ", "\n\n\n", "\n", "A", "(", "1" }.Select(IdOf)];
        for (var list = 0; list < 500; list++)
        {
            int[] tokens = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => some[random.Next(some.Length)])];
            var ranks = Segments.RanksOf(tokens);
            for (var i = 0; i < tokens.Length; i++)
                Assert.Equal(1 + Tokenizer.Decode(tokens[..i]).Count(letter => letter == '\n'), ranks[i]);
        }
    }

    [Theory]
    [MemberData(nameof(RealTokenizerTests.Packages), MemberType = typeof(RealTokenizerTests))]
    public void EveryTokenOfARealVocabulary_IsCountedAsItsTextSays(string package)
    {
        var tokenizer = PolicyTokenizer.Load(new RealTokenizer(package).JsonPath);
        var segments = new RankSegments(tokenizer);
        var newLine = new ChatPrompt(tokenizer, new PromptOptions()).NewLineToken;
        var breaking = Enumerable.Range(0, tokenizer.VocabularySize).Where(token => segments.LineBreaks(token) > 0).ToArray();

        Assert.True(breaking.Length > 100, "both vocabularies hold hundreds of tokens with line breaks");
        Assert.Contains(newLine, breaking);
        foreach (var token in Enumerable.Range(0, tokenizer.VocabularySize))
        {
            var text = tokenizer.Decode([token]);
            Assert.Equal(text.Count(letter => letter == '\n'), segments.LineBreaks(token));
            if (segments.LineBreaks(token) == 0)
                continue;
            Assert.Equal(text[..text.IndexOf('\n', StringComparison.Ordinal)], Encoding.UTF8.GetString(segments.BeforeBreak(token)));
            Assert.Equal(text[(text.LastIndexOf('\n') + 1)..], Encoding.UTF8.GetString(segments.AfterBreak(token)));
            // Between two breaks stands white space alone, so that a line between them is an empty one.
            Assert.True(string.IsNullOrWhiteSpace(text[text.IndexOf('\n', StringComparison.Ordinal)..(text.LastIndexOf('\n') + 1)]));
        }
    }

    private static int IdOf(string text) =>
        Enumerable.Range(0, Tokenizer.VocabularySize).First(token => Tokenizer.Bytes(token).SequenceEqual(Encoding.UTF8.GetBytes(text)));

    // The small tokenizer with further tokens, which no merge makes; a policy may write them all the same.
    private static PolicyTokenizer WithTokens(params string[] texts)
    {
        var file = JsonNode.Parse(SmallTokenizer.Json)!;
        var id = SmallTokenizer.Instance.VocabularySize;
        foreach (var text in texts)
            file["model"]!["vocab"]![ByteAlphabet.Write(Encoding.UTF8.GetBytes(text))] = id++;
        return PolicyTokenizer.Parse(file.ToJsonString());
    }
}
