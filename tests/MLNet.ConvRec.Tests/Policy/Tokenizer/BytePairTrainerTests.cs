using System.Text;
using System.Text.Json;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Tests.Policy.Tokenizer;

public sealed class BytePairTrainerTests
{
    [Fact]
    public void RandomTexts_AreLearnedAsByCountingAnew()
    {
        var texts = RandomText.Many(250, seed: 3).Concat(SmallTokenizer.Texts).Concat(["aaaaaaaaaaa aaaa", "abababab aba"]).ToArray();

        var learned = Merges(BytePairTrainer.Train(texts, new BytePairOptions { VocabularySize = 259 + 120 }));

        Assert.Equal(CountAnew(texts, 120), learned);
    }

    [Fact]
    public void SameTextsInAnotherOrder_GiveTheSameFile()
    {
        var reversed = BytePairTrainer.Train(SmallTokenizer.Texts.Reverse(), new BytePairOptions { VocabularySize = 700 });

        Assert.Equal(SmallTokenizer.Json, reversed);
    }

    [Fact]
    public void EqualCounts_AreTakenInTheOrderOfTheirBytes()
    {
        var merges = Merges(BytePairTrainer.Train(["zb\nxa\nxb"], new BytePairOptions { VocabularySize = 262, MinimumFrequency = 1 }));

        Assert.Equal(["x a", "x b", "z b"], merges);
    }

    [Fact]
    public void RarePairs_AreNotMerged()
    {
        string[] texts = ["ab ab ab cd cd ef"];

        Assert.Equal(["a b", "Ġ ab", "Ġ c", "Ġc d"], Merges(BytePairTrainer.Train(texts, new BytePairOptions { MinimumFrequency = 2 })));
        Assert.Equal(["a b"], Merges(BytePairTrainer.Train(texts, new BytePairOptions { MinimumFrequency = 3 })));
    }

    [Fact]
    public void VocabularySize_CountsBytesAndControlTokens()
    {
        var tokenizer = PolicyTokenizer.Parse(BytePairTrainer.Train(SmallTokenizer.Texts, new BytePairOptions { VocabularySize = 300 }));

        Assert.Equal(300, tokenizer.VocabularySize);
        Assert.Equal(259, PolicyTokenizer.Parse(BytePairTrainer.Train([], new BytePairOptions())).VocabularySize);
    }

    [Theory]
    [InlineData("The Matrix (1999)\n", "The Matrix (1999)|\n")]
    [InlineData("Schindler's List (1993)\n\n", "Schindler's List (1993)|\n|\n")]
    [InlineData("I liked Arrival (2016)", "I| liked| |Arrival (2016)")]
    public void LearnedLines_SpendOneTokenOnATitleWithItsYear_AndOneOnALineBreak(string line, string pieces)
    {
        var tokens = SmallTokenizer.Instance.Encode(line);

        Assert.Equal(pieces, string.Join('|', tokens.Select(token => SmallTokenizer.Instance.Decode([token]))));
    }

    [Theory]
    [InlineData("a\n\nb \n c\r\n.\n", "a|\n|\n|b| |\n| c|\r|\n|.|\n")]
    [InlineData("it's 'salem, I’LL", "it|'s| '|salem|,| I|’LL")]
    [InlineData("I saw Big (1988), Star Wars: A New Hope (1977)!", "I| saw| |Big (1988)|,| |Star Wars: A New Hope (1977)|!")]
    [InlineData("the Lord of the Rings (2001) Ok (200)", "the| |Lord of the Rings (2001)| Ok| (|200|)")]
    [InlineData("What about Bob? (1991)\nMother! (2017)", "What| about| |Bob? (1991)|\n|Mother! (2017)")]
    [InlineData("A B C D E F G H I J K L M (1999)", "A| |B C D E F G H I J K L M (1999)")]
    [InlineData("(1999) 1999 (199) x  y", "(|1999|)| 1999| (|199|)| x| | y")]
    [InlineData("a𝔸𝔹𝟙😀 𠀀", "a𝔸𝔹|𝟙|😀| 𠀀")]
    public void Pattern_CutsTextIntoPieces(string text, string pieces)
    {
        var cutter = new RunePreTokenizer(new System.Text.RegularExpressions.Regex(BytePairTrainer.Pattern));

        Assert.Equal(pieces.Split('|'), cutter.PreTokenize(text).Select(piece => text.Substring(piece.Offset, piece.Length)));
    }

    [Fact]
    public void OptionsOutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => BytePairTrainer.Train([], new BytePairOptions { VocabularySize = 258 }));
        Assert.Throws<ArgumentException>(() => BytePairTrainer.Train([], new BytePairOptions { MinimumFrequency = 0 }));
    }

    private static string[] Merges(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("model").GetProperty("merges").EnumerateArray().Select(merge => merge.GetString()!)];
    }

    // Counts every pair of every piece again before each merge.
    private static string[] CountAnew(IEnumerable<string> texts, int merges)
    {
        var pieces = texts.SelectMany(text => ReferenceEncoder.Pieces(text.Normalize(NormalizationForm.FormC)))
            .Select(piece => Encoding.UTF8.GetBytes(piece).Select(value => ByteAlphabet.Letter(value).ToString()).ToList()).ToArray();
        var result = new List<string>();
        while (result.Count < merges)
        {
            var best = pieces.SelectMany(piece => piece.Zip(piece.Skip(1)))
                .CountBy(pair => pair)
                .OrderByDescending(entry => entry.Value)
                .ThenBy(entry => Convert.ToHexString(ByteAlphabet.Read(entry.Key.First)!), StringComparer.Ordinal)
                .ThenBy(entry => Convert.ToHexString(ByteAlphabet.Read(entry.Key.Second)!), StringComparer.Ordinal)
                .First().Key;
            result.Add($"{best.First} {best.Second}");
            foreach (var piece in pieces)
            {
                for (var i = 0; i + 1 < piece.Count; i++)
                {
                    if (piece[i] != best.First || piece[i + 1] != best.Second)
                        continue;
                    piece[i] += best.Second;
                    piece.RemoveAt(i + 1);
                }
            }
        }

        return [.. result];
    }
}
