using System.Diagnostics;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Catalog;

public sealed class TitleLinkerTests
{
    private static readonly ItemCatalog Catalog = ItemCatalog.Create(
    [
        Film("It", 1990, 5), Film("It", 2017, 90), Film("Up", 2009), Film("Saw", 2004), Film("Her", 2013), Film("Alien", 1979),
        Film("Aliens", 1986), Film("The Dark Knight", 2008), Film("The Dark Knight Rises", 2012), Film("Dark", 2015),
        Film("Ocean's Eleven", 1960, 3), Film("Ocean's Eleven", 2001, 30), Film("Amélie", 2001), Film("WALL·E", 2008),
        Film("(500) Days of Summer", 2009), Film("1917", 2019), Film("2012", 2009), Film("Get Out", 2017), Film("The Ring", 2002),
        Film("Man on Fire", 2004), Film("Fast & Furious", 2009), Film("Titanic", 1997), Film("Eternal Sunshine of the Spotless Mind", 2004),
        Film("Iron Man", 2008), Film("Batman", 1989), Film("Chess", null), Film("!!!", 2001), Film("I, Robot", 2004),
    ]);

    [Theory]
    [InlineData("I loved It (2017) and saw Up (2009)!", "It (2017)", "Up (2009)")]
    [InlineData("it (1990)", "It (1990)")]
    [InlineData("Ocean's Eleven (2003)", "Ocean's Eleven (2001)")]
    [InlineData("oceans eleven ( 1960 )", "Ocean's Eleven (1960)")]
    [InlineData("AMELIE (2001), Wall-E (2008)", "Amélie (2001)", "WALL·E (2008)")]
    [InlineData("(500) days of summer (2009) then 1917 (2019)", "(500) Days of Summer (2009)", "1917 (2019)")]
    [InlineData("Fast and Furious (2009)", "Fast & Furious (2009)")]
    [InlineData("\"The Ring\" (2002)", "The Ring (2002)")]
    [InlineData("I saw Chess (1999)", "Chess")]
    [InlineData("We saw the dark knight rises (2012)", "The Dark Knight Rises (2012)")]
    public void TitleWithItsYear_IsTheItemOfTheNearestYear(string text, params string[] linked) => Assert.Equal(linked, Link(text));

    [Theory]
    [InlineData("It (1985)")]
    [InlineData("I really liked The Ring (1950) a lot")]
    [InlineData("Alien Nation (1988)")]
    [InlineData("It was 2017. (2017)")]
    public void TitleWithAnotherYear_IsNoItemOfOurs(string text) => Assert.Empty(Link(text));

    [Theory]
    [InlineData("have you seen eternal sunshine of the spotless mind?", "Eternal Sunshine of the Spotless Mind (2004)")]
    [InlineData("I liked Get Out and Man on Fire.", "Get Out (2017)", "Man on Fire (2004)")]
    [InlineData("Get Out was good", "Get Out (2017)")]
    [InlineData("maybe Titanic, or the Ring", "Titanic (1997)", "The Ring (2002)")]
    [InlineData("I watched 'up' and \"it,\" again", "Up (2009)", "It (2017)")]
    [InlineData("my favourite is I, Robot", "I, Robot (2004)")]
    [InlineData("The Dark Knight Rises beats The Dark Knight.", "The Dark Knight Rises (2012)", "The Dark Knight (2008)")]
    [InlineData("what about Up?", "Up (2009)")]
    public void BareTitle_IsLinkedWhereItIsWrittenAsOne(string text, params string[] linked) => Assert.Equal(linked, Link(text));

    [Theory]
    [InlineData("It is great. Up to you. Her too!")]
    [InlineData("I need to get out, I saw the ring, a man on fire")]
    [InlineData("I love scary movies It was so good")]
    [InlineData("i saw her in the dark")]
    [InlineData("I LOVE TITANIC AND GET OUT")]
    [InlineData("Batman Begins, Iron Man 2 and the Titanics")]
    [InlineData("we liked Alien Covenant and Aunt Titanic")]
    [InlineData("in 2012 and 1917")]
    [InlineData("whatup, uplift, Titanically, subtitanic")]
    [InlineData("!!! wow")]
    [InlineData("")]
    public void WordsThatMeanThemselves_AreNotLinked(string text) => Assert.Empty(Link(text));

    [Fact]
    public void SeveralYearsOfABareTitle_GiveTheMostPopular() => Assert.Equal(["Ocean's Eleven (2001)"], Link("I liked Ocean's Eleven"));

    [Fact]
    public void BareTitleOfAnItemAlreadyDated_IsThatItem() =>
        Assert.Equal(["Ocean's Eleven (1960)"], Link("I liked Ocean's Eleven (1960)", "Yes, Ocean's Eleven is fun"));

    [Fact]
    public void Mentions_StandOnceInTheOrderOfTheirFirst() =>
        Assert.Equal(
            ["Titanic (1997)", "Up (2009)", "Get Out (2017)"],
            Link("I like Titanic and Up (2009).", "Get Out (2017)? Titanic (1997)!"));

    [Fact]
    public void GivenSeen_IsTakenAsItIs()
    {
        var dialogue = Dialogue.FromUser("I loved It (2017)");

        Assert.Equal([new ItemReference("It", 2017)], SeenItems.Of(dialogue, Catalog));
        Assert.Empty(SeenItems.Of(dialogue with { Seen = [] }, Catalog));
        Assert.Equal([new ItemReference("No item")], SeenItems.Of(dialogue with { Seen = [new("No item")] }, Catalog));
    }

    [Fact]
    public void LargeCatalog_IsLinkedWithoutScanningIt()
    {
        var films = Enumerable.Range(0, 100_000).Select(i => Film($"The {i % 317} Tales of Number {i / 317}", 1950 + (i % 70)));
        var catalog = ItemCatalog.Create(films);
        var texts = Enumerable.Range(0, 10).Select(i => $"Have you seen the {i} tales of number 7 or The 5 Tales of Number {i}?");
        Turn[] turns = [.. texts.Select(text => new Turn(Role.User, text))];
        catalog.Linker.Link(turns);

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
            Assert.Equal(19, catalog.Linker.Link(turns).Count);

        // 1,000 turns take some 40 ms; looking for each of 100,000 titles in each turn would take more than 5 seconds.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), $"{watch.Elapsed}");
    }

    [Fact]
    public void AnnotatedDialogues_AreRecovered()
    {
        if (GoldenFiles.DataFolder is not { } data)
        {
            Assert.Equal(["It (2017)"], Link("Have you seen It (2017) ?"));
            return;
        }

        var catalog = ItemCatalog.Load(Path.Combine(data, "catalogs", "redial.jsonl"));
        int both = 0, linked = 0, annotated = 0;
        foreach (var dialogue in DialogueFile.Read(Path.Combine(data, "dialogues", "redial", "valid.jsonl")).Take(300))
        {
            var found = SeenItems.Of(dialogue with { Seen = null }, catalog).ToHashSet();
            both += dialogue.Seen!.Count(found.Contains);
            linked += found.Count;
            annotated += dialogue.Seen!.Count;
        }

        // Only what people marked counts as right, so that precision is a lower bound.
        Assert.True(both >= 0.99 * annotated && both >= 0.95 * linked, $"recall {both}/{annotated}, precision {both}/{linked}");
    }

    private static IEnumerable<string> Link(params string[] turns) =>
        Catalog.Linker.Link([.. turns.Select(text => new Turn(Role.User, text))]).Select(item => item.ToString());

    private static CatalogItem Film(string title, int? year, double? popularity = null) =>
        new() { Title = title, Year = year, Popularity = popularity };
}
