using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Catalog;

public sealed class TitleMatcherTests
{
    private static readonly TitleMatcher Matcher = new(ItemCatalog.Create(
    [
        Item("Up", 2009), Item("It", 1990), Item("It", 2017), Item("Alien", 1979), Item("Alien", 1981),
        Item("Chess", null), Item("Arrival (2016)", null),
    ]));

    [Fact]
    public void BadLine_IsAMissAtItsRankAndMovesNothing() =>
        Assert.Equal([false, false, true], Hits([null, new("Unknown", 2000), new("Up", 2009)], [], [new("Up", 2009)]));

    [Fact]
    public void TitleInSeen_NeverHitsWhateverTheYear() =>
        Assert.Equal([false], Hits([new("It", 2017)], [new("it", 1990)], [new("It", 2017)]));

    [Fact]
    public void SameLineTwice_HitsOnce() =>
        Assert.Equal([true, false], Hits([new("It", 2017), new("IT", 2017)], [], [new("It", 2017), new("It", 2016)]));

    [Fact]
    public void TwoFilmsOfATitle_HitTwoTruths() =>
        Assert.Equal([true, true], Hits([new("Alien", 1979), new("Alien", 1981)], [], [new("Alien", 1980), new("Alien", 1981)]));

    [Fact]
    public void NearestYear_IsConsumedFirst() =>
        Assert.Equal([true, true], Hits([new("Alien", 1981), new("Alien", 1979)], [], [new("Alien", 1977), new("Alien", 1982)]));

    [Theory]
    [InlineData(2011, true)]
    [InlineData(2007, true)]
    [InlineData(2012, false)]
    [InlineData(2006, false)]
    public void Year_MayBeTwoAway(int trueYear, bool isHit) => Assert.Equal([isHit], Hits([new("Up", 2009)], [], [new("Up", trueYear)]));

    [Fact]
    public void YearOutsideTheCatalog_IsAMissThoughNearTheTruth() =>
        Assert.Equal([false], Hits([new("Up", 2010)], [], [new("Up", 2010)]));

    [Fact]
    public void ItemsWithoutYears_MatchByTitleAlone() =>
        Assert.Equal([true, false], Hits([new("chess"), new("Chess", 1999)], [], [new("Chess"), new("Chess")]));

    [Fact]
    public void YearWrittenInTheTitle_IsTheItemsYear() =>
        Assert.Equal([true], Hits([ListLine.Parse("Arrival (2016)")], [], [new("Arrival (2016)")]));

    private static bool[] Hits(ItemReference?[] listed, ItemReference[] seen, ItemReference[] groundTruth) =>
        Matcher.Hits(listed, seen, groundTruth);

    private static CatalogItem Item(string title, int? year) => new() { Title = title, Year = year };
}
