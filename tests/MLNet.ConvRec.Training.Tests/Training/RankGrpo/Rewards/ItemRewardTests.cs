using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo.Rewards;

/// <summary>Rewards that look at the listed items: by hand.</summary>
public class ItemRewardTests
{
    // Counts plus one are 8, 4, 2, 1, 1 of 16: 1, 2, 3, 4, 4 bits.
    private static readonly ItemCatalog Catalog = ItemCatalog.Create(
    [
        Item("Alien", 1979, 7, "Horror", "Sci-Fi"),
        Item("Aliens", 1986, 3, "Action", "sci-fi"),
        Item("Heat", 1995, 1, "Action"),
        Item("Up", 2009, 0, "Animation"),
        Item("Untold", 2001, null),
    ]);

    [Fact]
    public void Novelty_IsTheBitsOverThoseOfTheLeastPopular() =>
        Assert.Equal([0.25, 1, 0, 0.75, 0], new RankReward.Novelty(Catalog).Of(Listed(0, 4, -1, 2), ranks: 5));

    [Fact]
    public void Diversity_IsOneLessTheMeanSimilarityToTheItemsBefore()
    {
        // Alien; Aliens shares 1 of 3 genres with it; Untold has none; Heat shares 0 of 3 with Alien and 1 of 2 with Aliens; a bad line; Up shares nothing.
        var rewards = new RankReward.Diversity(Catalog).Of(Listed(0, 1, 4, 2, -1, 3), ranks: 6);

        Assert.Equal([1, 1 - (1.0 / 3), 0, 1 - (0.5 / 2), 0, 1], rewards, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Sum_AddsItsPartsByWeight()
    {
        var sum = new RankReward.Sum(new(new RankReward.DcgFrom(), 2), new(new RankReward.Novelty(Catalog), 0.5));

        var rewards = sum.Of(new JudgedList { Hits = [false, true], Items = [0, 1] }, ranks: 3);

        var discount = 1 / Math.Log2(3);
        Assert.Equal([(2 * discount) + 0.125, (2 * discount) + 0.25, 0], rewards, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Sums_OfEqualParts_AreEqual()
    {
        RankReward one = new RankReward.Sum(new(new RankReward.Exp(2), 1), new(new RankReward.ExpInfinity(), 0.5));
        RankReward same = new RankReward.Sum(new(new RankReward.Exp(2), 1), new(new RankReward.ExpInfinity(), 0.5));
        RankReward other = new RankReward.Sum(new(new RankReward.Exp(2), 1), new(new RankReward.ExpInfinity(), 0.25));

        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void ARankAnswersForItselfAlone_WhereEveryPartDoes()
    {
        Assert.True(new RankReward.Sum(new(new RankReward.ExpInfinity(), 1), new(new RankReward.Diversity(Catalog), 0.1)).IsOfOneRank);
        Assert.False(new RankReward.Sum(new(new RankReward.ExpInfinity(), 1), new(new RankReward.Windowed(2), 0.1)).IsOfOneRank);
    }

    [Fact]
    public void SeenRepeatedAndUnknownLines_EarnNoNovelty()
    {
        var lists = new ListFactory(Catalog, ToyShop.Policy(5).Prompt);
        var written = new SampledList { Tokens = [], Ranks = [], LogProbabilities = [], Decisions = [], Items = [3, 0, 3, -1, 2], Scores = [] };
        var dialogue = new RolloutPrompt("one", [1], [Catalog.Items[0].Reference], [0], [Catalog.Items[2].Reference]);

        var judged = lists.Judge(new TitleMatcher(Catalog), written, dialogue);

        Assert.Equal([3, -1, -1, -1, 2], judged.Items!);
        Assert.Equal([false, false, false, false, true], judged.Hits);
    }

    [Fact]
    public void WhatCannotBeRewarded_IsRefused()
    {
        var bare = ItemCatalog.Create([new CatalogItem { Title = "Alien", Year = 1979 }]);

        Assert.Contains("popularity", Assert.Throws<ArgumentException>(() => new RankReward.Novelty(bare)).Message, StringComparison.Ordinal);
        Assert.Contains("genre", Assert.Throws<ArgumentException>(() => new RankReward.Diversity(bare)).Message, StringComparison.Ordinal);
        Assert.Contains("at least one part", Assert.Throws<ArgumentException>(() => new RankReward.Sum()).Message, StringComparison.Ordinal);
        Assert.Contains("finite weight", Assert.Throws<ArgumentException>(() => new RankReward.Sum(new WeightedReward(new RankReward.ExpInfinity(), double.NaN))).Message, StringComparison.Ordinal);
        Assert.Contains("listed items", Assert.Throws<ArgumentException>(() => new RankReward.Novelty(Catalog).Of([true])).Message, StringComparison.Ordinal);
        Assert.Contains("outside 0 to 4", Assert.Throws<ArgumentException>(() => new RankReward.Novelty(Catalog).Of(Listed(5), 1)).Message, StringComparison.Ordinal);
    }

    private static JudgedList Listed(params int[] items) => new() { Hits = new bool[items.Length], Items = items };

    private static CatalogItem Item(string title, int year, double? popularity, params string[] genres) =>
        new() { Title = title, Year = year, Popularity = popularity, Genres = genres };
}
