using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Remap;

namespace MLNet.ConvRec.Tests.Demonstrations.Remap;

public sealed class SimilarityTests
{
    private static readonly ItemCatalog Catalog = ItemCatalog.Create(
    [
        new CatalogItem { Title = "Toy Story", Year = 1995, Genres = ["Animation"], Directors = ["John Lasseter"] },
        new CatalogItem { Title = "Toy Story 2", Year = 1999, Genres = ["Animation"], Directors = ["John Lasseter"] },
        new CatalogItem { Title = "A Bug's Life", Year = 1998, Genres = ["Animation"], Directors = ["John Lasseter"] },
        new CatalogItem { Title = "Alien", Year = 1979, Genres = ["Horror"], Plot = "A crew in space meets a creature." },
        new CatalogItem { Title = "Aliens", Year = 1986, Genres = ["Action"] },
        new CatalogItem { Title = "The Fly", Year = 1986, Genres = ["Horror"] },
        new CatalogItem { Title = "東京物語", Year = 1953 },
    ]);

    private static readonly TextSimilarity Text = new(Catalog, neighbours: 3);

    [Fact]
    public void Text_OfAnItem_IsNearestToItsLike()
    {
        var near = Text.Nearest(0);

        Assert.Equal(1, near.Items[0]);
        Assert.DoesNotContain(0, near.Items);
        Assert.All(near.Values, value => Assert.InRange(value, 0, 1));
        Assert.True(near.Count <= 3);
    }

    [Fact]
    public void Text_OfANameFromOutside_IsNearestToLikeTitles()
    {
        Assert.Equal(4, Text.Nearest("Aliens vs Predator").Items[0]);
        Assert.Empty(Text.Nearest("Xyzzy").Items);
        Assert.Empty(Text.Nearest("").Items);
    }

    [Fact]
    public void Features_Weighted_AddUpToRemap()
    {
        var parts = new SimilarityParts(
            [new LineParts(1, new([0, 2], [0.5, 0.2]), new([3], [0.7])), new LineParts(null, SparseScores.Empty, new([1, 4], [0.1, 0.9]))],
            new([0, 5], [0.3, 0.6]),
            new([2], [0.8]),
            new([1, 6], [0.4, 0.05]));
        var weights = SimilarityWeights.FromArray([2, 0.5, 3, 0.7, 1.1]);

        var features = parts.Features(7);
        double[] coefficients = [1, .. weights.ToArray()];
        var sums = Enumerable.Range(0, 7).Select(item => coefficients.Zip(features, (c, feature) => c * feature[item]).Sum());

        Assert.Equal(parts.Remap(weights, 1, 7).Select(score => Math.Round(score, 12)), sums.Select(score => Math.Round(score, 12)));
    }

    [Fact]
    public void Nearest_OfEqualScores_KeepsTheLowerIndices()
    {
        var near = new SparseScores([9, 4, 7, 1, 3], [1, 2, 1, 1, 3]).Nearest(3);

        Assert.Equal([3, 4, 1], near.Items);
        Assert.Equal([3, 2, 1], near.Values);
    }

    [Fact]
    public void Counts_WithoutAConversation_AreThoseOfTheOthers()
    {
        LinkedDialogue[] train = [new("a", [0], [1], []), new("a", [0], [2], []), new("b", [0], [1], [])];
        var all = Counts(train);
        var others = Counts([train[2]]);

        Assert.Equal(others.Mean([0, 1], OwnCounts.Of([])).Values, all.Mean([0, 1], all.Own("a")).Values);
        Assert.Equal(others.Nearest(0, others.Own("x")).Items, all.Nearest(0, all.Own("a")).Items);
        Assert.NotEqual(all.Nearest(0, all.Own("x")).Items, all.Nearest(0, all.Own("a")).Items);

        static LeaveOneOutCounts Counts(LinkedDialogue[] dialogues) =>
            new(5, 5, dialogues.ToLookup(d => d.Conversation), d => CoMention.Entries(d, 0.5), smoothing: 1, neighbours: 4);
    }
}
