using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Scoring.LanguageModels.Crag;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

public sealed class MentionLinkerTests
{
    private static readonly ItemCatalog Catalog = ItemCatalog.Create(new (string Title, int? Year)[]
    {
        ("Alien", 1979), ("Aliens", 1986), ("The Godfather", 1972), ("The Godfather Part II", 1974), ("Heat", 1986), ("Heat", 1995),
        ("Eternal Sunshine of the Spotless Mind", 2004), ("The Lord of the Rings: The Two Towers", 2002), ("Spirited Away", 2001),
        ("Amélie", 2001), ("Inception", 2010), ("Whiplash", 2014),
    }.Select(film => new CatalogItem { Title = film.Title, Year = film.Year, Popularity = film.Year == 1995 ? 9 : 1 }));

    private static readonly MentionLinker Linker = new(Catalog, new CatalogLines(Catalog));

    [Theory]
    [InlineData("Alien (1979)", "Alien (1979)")]
    [InlineData("1. \"alien\"", "Alien (1979)")]
    [InlineData("Alien (1980)", "Alien (1979)")]
    [InlineData("Heat", "Heat (1995)")]
    [InlineData("Heat (1986)", "Heat (1986)")]
    public void ATitleOfTheCatalog_IsLinked(string name, string item) => Assert.Equal(item, Linked(name));

    [Theory]
    [InlineData("Eternal Sunshine of the Spotles Mind (2004)", "Eternal Sunshine of the Spotless Mind (2004)")]
    [InlineData("Godfather", "The Godfather (1972)")]
    [InlineData("Godfather 2", "The Godfather Part II (1974)")]
    public void ANameNearOnBothLevels_IsLinked(string name, string item) => Assert.Equal(item, Linked(name));

    [Theory]
    [InlineData("Eternal Sunshine of the Spotles Mind (1944)")]
    [InlineData("Alien (2016)")]
    [InlineData("LOTR")]
    [InlineData("A film that nobody knows")]
    public void ADoubtfulName_StaysOpen(string name) => Assert.Null(Linked(name));

    [Fact]
    public void ADoubtfulName_HasCandidatesOfBothLevels()
    {
        var open = Linker.Link(new NamedAttitude("The Lord of the Ring", 1));

        Assert.Null(open.Item);
        Assert.Contains(Catalog.WithTitle("The Lord of the Rings: The Two Towers")[0], open.Candidates);
        Assert.Equal(open.Candidates.Distinct(), open.Candidates);
    }

    [Fact]
    public void TheModelsWord_Counts()
    {
        ItemMention[] mentions = [.. new[] { "LOTR", "Heat", "Alien", "Up" }.Select(name => Linker.Link(new NamedAttitude(name, 1)))];
        var corrections = new Dictionary<int, string?>
        {
            [0] = "The Lord of the Rings: The Two Towers (2002)",
            [1] = "Heat (1986)",
            [2] = null,
            [3] = "Up (2009)",
        };

        var meant = Linker.Correct(mentions, corrections).Select(mention => Name(mention.Item));

        Assert.Equal(["The Lord of the Rings: The Two Towers (2002)", "Heat (1986)"], meant);
    }

    [Fact]
    public void WithoutTheModelsWord_WhatIsSureStays()
    {
        ItemMention[] mentions =
        [
            .. new[] { ("LOTR", 2), ("Alien", -1), ("Alien (1979)", 2), ("Whiplash (2014)", 0) }
                .Select(name => Linker.Link(new NamedAttitude(name.Item1, name.Item2))),
        ];

        var meant = Linker.Correct(mentions, corrections: null);

        Assert.Equal([("Alien (1979)", -1), ("Whiplash (2014)", 0)], meant.Select(mention => (Name(mention.Item), mention.Attitude)));
        Assert.Equal(meant, Linker.Correct(mentions, new Dictionary<int, string?> { [1] = "No Film of Ours (1999)" }));
    }

    [Fact]
    public void Words_AreComparedByTheirShare()
    {
        var words = new TitleWords(Catalog);

        var near = words.Similarities("the godfather");

        Assert.Equal(1.0, near.Values[Array.IndexOf(near.Items, Catalog.WithTitle("The Godfather")[0])], 1e-12);
        Assert.InRange(near.Values[Array.IndexOf(near.Items, Catalog.WithTitle("The Godfather Part II")[0])], 0.1, 0.9);
        Assert.Equal(0, words.Similarities("unheard of").Items.Count(item => Catalog.Items[item].Title == "Alien"));
    }

    private static string? Linked(string name) => Linker.Link(new NamedAttitude(name, 1)).Item is { } item ? Name(item) : null;

    private static string Name(int item) => Catalog.Items[item].Reference.ToString();
}
