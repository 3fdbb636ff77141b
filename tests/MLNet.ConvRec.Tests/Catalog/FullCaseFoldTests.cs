using System.Text;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Tests.Catalog;

public sealed class FullCaseFoldTests
{
    [Fact]
    public void EveryCaseOfALetter_FoldsAlike()
    {
        foreach (var rune in AllRunes())
        {
            // The dotless i is a letter of its own in the locale-free fold.
            if (rune.Value == 'ı')
                continue;
            var folded = FullCaseFold.Fold(rune.ToString());
            Assert.Equal(folded, FullCaseFold.Fold(Rune.ToUpperInvariant(rune).ToString()));
            Assert.Equal(folded, FullCaseFold.Fold(folded));
        }
    }

    [Theory]
    [InlineData("ᾈ", "ἀι")]
    [InlineData("ŉ", "ʼn")]
    [InlineData("ﬃ", "ffi")]
    [InlineData("ﬗ", "մխ")]
    [InlineData("ΐ", "ι\u0308\u0301")]
    [InlineData("Ꭰ", "Ꭰ")]
    [InlineData("A\uD801\uDC00Z\uDC00", "a\uD801\uDC28z\uDC00")]
    public void Letters_FoldAsUnicodeTabulates(string text, string folded) => Assert.Equal(folded, FullCaseFold.Fold(text));

    private static IEnumerable<Rune> AllRunes() => Enumerable.Range(0, 0x20000).Where(Rune.IsValid).Select(value => new Rune(value));
}
