using CsCheck;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Tests.Catalog;

public sealed class TitleNormalizationTests
{
    [Theory]
    [InlineData("Amélie", "AME\u0301LIE")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("STRAẞE", "strasse")]
    [InlineData("İstanbul", "i\u0307stanbul")]
    [InlineData("ΟΔΥΣΣΕΥΣ", "οδυσσευς")]
    [InlineData("ᾳ", "ΑΙ")]
    [InlineData("ﬁne ﬅory", "FINE STORY")]
    [InlineData("\uD801\uDC00", "\uD801\uDC28")]
    [InlineData("ꭰꮃ", "ᎠᎳ")]
    [InlineData("ᏸ", "Ᏸ")]
    [InlineData("\u212Angstrom", "kngstrom")]
    [InlineData("µ", "μ")]
    [InlineData("ſong", "Song")]
    [InlineData(" The\u00A0\u3000Long\r\n\tRoad\u2028", "the long road")]
    public void SameTitle_HasOneNormalForm(string a, string b) =>
        Assert.Equal(TitleNormalization.Normalize(a), TitleNormalization.Normalize(b));

    [Theory]
    [InlineData("Amélie", "Amelie")]
    [InlineData("ı", "i")]
    [InlineData("Aliens", "Alien")]
    [InlineData("Spider-Man", "Spider Man")]
    [InlineData("A B", "AB")]
    public void OtherTitle_HasAnother(string a, string b) =>
        Assert.NotEqual(TitleNormalization.Normalize(a), TitleNormalization.Normalize(b));

    [Theory]
    [InlineData("\uD83D half", "\uD83D HALF")]
    [InlineData("\uFFFE", "\uFFFE ")]
    public void IllFormedText_IsComparedAsItIs(string a, string b) =>
        Assert.Equal(TitleNormalization.Normalize(a), TitleNormalization.Normalize(b));

    [Fact]
    public void NormalForm_IsItsOwnNormalForm() =>
        Gen.String[Gen.Char["aBßİΣςᾳﬁ\u0301\u0345 \t\u00A0Ꭰꭰé\u212B\uD801\uDC00\uD83D"], 0, 12].Sample(text =>
        {
            var normal = TitleNormalization.Normalize(text);
            Assert.Equal(normal, TitleNormalization.Normalize(normal));
        });

    [Theory]
    [InlineData("Amélie", "Amelie")]
    [InlineData("naïve Über", "naive Uber")]
    [InlineData("Søn", "Søn")]
    public void Marks_AreTakenOffLetters(string text, string bare) => Assert.Equal(bare, TitleNormalization.WithoutMarks(text));
}
