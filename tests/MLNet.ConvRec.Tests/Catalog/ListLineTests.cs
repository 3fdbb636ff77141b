using CsCheck;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Catalog;

public sealed class ListLineTests
{
    [Theory]
    [InlineData("Arrival (2016)", "Arrival", 2016)]
    [InlineData("  Arrival(2016) \r", "Arrival", 2016)]
    [InlineData("(500) Days of Summer (2009)", "(500) Days of Summer", 2009)]
    [InlineData("(500) Days of Summer", "(500) Days of Summer", null)]
    [InlineData("1917 (2019)", "1917", 2019)]
    [InlineData("Foo (1999) (2005)", "Foo (1999)", 2005)]
    [InlineData("(2016)", "(2016)", null)]
    [InlineData("Arrival (2016) - great", "Arrival (2016) - great", null)]
    [InlineData("Arrival (20166)", "Arrival (20166)", null)]
    [InlineData("Arrival (-016)", "Arrival (-016)", null)]
    [InlineData("Arrival ( 201)", "Arrival ( 201)", null)]
    [InlineData("Arrival (٢٠١٦)", "Arrival (٢٠١٦)", null)]
    [InlineData("Chess", "Chess", null)]
    public void Line_ReadsAsTitleAndYear(string line, string title, int? year) =>
        Assert.Equal(new ItemReference(title, year), ListLine.Parse(line));

    [Theory]
    [InlineData("")]
    [InlineData(" \t ")]
    public void EmptyLine_IsUnreadable(string line) => Assert.Null(ListLine.Parse(line));

    [Fact]
    public void LongLine_IsReadAtOnce() => Assert.NotNull(ListLine.Parse("a" + new string(' ', 1_000_000) + "("));

    [Fact]
    public void WrittenItem_IsReadBack()
    {
        var titles = Gen.String[Gen.Char["ab (1)9é"], 1, 8].Where(title => !string.IsNullOrWhiteSpace(title));

        Gen.Select(titles, Gen.Int[1, 9999]).Sample((title, year) =>
        {
            var read = ListLine.Parse(ListLine.Format(title, year))!;
            Assert.Equal(TitleNormalization.Normalize(title), TitleNormalization.Normalize(read.Title));
            Assert.Equal(year, read.Year);
        });
    }
}
