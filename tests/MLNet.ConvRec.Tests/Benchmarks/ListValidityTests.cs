using MLNet.ConvRec.Benchmarks;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Benchmarks;

/// <summary>What the benchmarks of lists claim of every line is checked by code that finds each way of breaking it.</summary>
public sealed class ListValidityTests
{
    private static readonly ItemCatalog Catalog = ItemCatalog.Create(
        new[] { "Alien", "Aliens", "Arrival", "Heat", "Her" }.Select(title => new CatalogItem { Title = title, Year = 2000 }));

    private static readonly Dialogue Given = Dialogue.FromUser("Hello", "d") with
    {
        Seen = [new ItemReference("HEAT", 1995)],
        Candidates = [new ItemReference("alien", 2000), new ItemReference("Her", 2000), new ItemReference("Heat", 2000)],
    };

    [Fact]
    public void ValidLists_AreCounted()
    {
        var count = ListValidity.Of([List("Alien", "Her")], [Given], Catalog, length: 2);

        Assert.Equal(new ListValidity(Lists: 1, Lines: 2, InCatalog: 2, Distinct: 2, Unseen: 2, Allowed: 2), count);
        Assert.Equal(3, ListValidity.Of([List("Alien", "Arrival", "Her")], [Given with { Candidates = null }], Catalog, length: 3).Allowed);
    }

    [Theory]
    [InlineData("Alien,Ronin", "InCatalog = 1")]
    [InlineData("Alien,alien", "Distinct = 1")]
    [InlineData("Alien,Heat", "Unseen = 1")]
    [InlineData("Alien,Arrival", "Allowed = 1")]
    [InlineData("Alien", "1 lines of 2")]
    public void WhatDoesNotHold_IsTold(string titles, string told)
    {
        var fault = Assert.Throws<InvalidOperationException>(() => ListValidity.Of([List(titles.Split(','))], [Given], Catalog, length: 2));

        Assert.Contains(told, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingList_IsTold() => Assert.Throws<InvalidOperationException>(() => ListValidity.Of([], [Given], Catalog, length: 2));

    private static RecommendationList List(params string[] titles) =>
        new("d", [.. titles.Select((title, i) => new Recommendation(i + 1, title, 2000, 0))]);
}
