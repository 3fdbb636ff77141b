using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Policy;

public sealed class ItemFeaturesTests
{
    private const string Embedding = "model.embed_tokens.weight";

    private static ItemCatalog Shop { get; } = ItemCatalog.Create(
        new[] { ("Alien", 1979, "Horror"), ("The Thing", 1982, "Horror"), ("Notting Hill", 1999, "Romance"), ("Nowhere", 2000, "") }
        .Select(film => new CatalogItem { Title = film.Item1, Year = film.Item2, Genres = film.Item3.Length > 0 ? [film.Item3] : [] }));

    // Each title often enough to become one token.
    private static Dialogue[] Talk { get; } = [.. Shop.Items.SelectMany(item => Enumerable.Range(0, 30).Select(i => Dialogue.FromUser($"I liked {item.Reference} {i}")))];

    // By hand: eight raters who like the same two of three items. Each row is (1, 1, 0)/√2, the only singular value √8, its direction (1, 1, 0)/√2.
    [Fact]
    public void FactorsOfOneTaste_AreThoseByHand()
    {
        var liked = Enumerable.Range(0, 8).SelectMany(rater => new[] { ((long)rater, 0), (rater, 1), (rater, 1) });

        var factors = RatingFactors.Of(3, liked, width: 2);

        var expected = Math.Sqrt(0.5) * Math.Pow(8, 0.25);
        Assert.Equal(expected, Math.Abs(factors[0][0]), 5);
        Assert.Equal(factors[0][0], factors[1][0], 5);
        Assert.Equal([0, 0, 0, 0], new[] { factors[2][0], factors[0][1], factors[1][1], factors[2][1] }.Select(value => Math.Round(value, 5)));
    }

    [Fact]
    public void ItemsLikedByTheSame_AreAlike()
    {
        var liked = Enumerable.Range(0, 20).SelectMany(rater => Enumerable.Range(0, 3).Select(i => ((long)rater, (3 * (rater % 2)) + i)));

        var factors = RatingFactors.Of(6, liked, width: 3);

        Assert.True(Cosine(factors[0], factors[2]) > 0.99);
        Assert.True(Math.Abs(Cosine(factors[0], factors[4])) < 0.01);
    }

    [Fact]
    public void TitlesOfOneToken_BeginWithTheirFeatures()
    {
        var features = ItemFeatures.OfGenres(Shop);
        var (plain, informed) = (Backbone.TinyWorld.Create(Shop, Talk, 1), (Backbone.TinyWorld with { Features = features }).Create(Shop, Talk, 1));

        Assert.Equal((4, 2), (features.Count, features.Width));
        float[][] added = [.. Shop.Items.Select(item => Added(plain, informed, item))];
        Assert.Equal(added[0], added[1]);                              // horror both
        Assert.True(Cosine(added[0], added[2]) < 0.9);
        Assert.All(added[3], value => Assert.Equal(0, value));         // nothing is known of it
        Assert.Contains(added[0], value => Math.Abs(value) > 0.01);

        // Nothing else is touched.
        var (before, after) = (plain.Weights.Tensors[Embedding].ToArray(), informed.Weights.Tensors[Embedding].ToArray());
        Assert.Equal(3 * plain.Config.HiddenSize, before.Zip(after, (a, b) => a != b ? 1 : 0).Sum());
        Assert.All(plain.Weights.Tensors.Where(tensor => tensor.Key != Embedding), tensor => Assert.Equal(tensor.Value.ToArray(), informed.Weights.Tensors[tensor.Key].ToArray()));
    }

    [Fact]
    public void FeaturesOfAnotherCatalog_AreRefused()
    {
        var other = ItemFeatures.OfGenres(ItemCatalog.Create([new CatalogItem { Title = "Up" }]));

        Assert.Contains("are of 1 items and the catalog has 4", Assert.Throws<ArgumentException>(() => (Backbone.TinyWorld with { Features = other }).Create(Shop, Talk, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("of 1 and of 4 items", Assert.Throws<ArgumentException>(() => other.With(ItemFeatures.OfGenres(Shop))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ratings_AreThoseOfTheShopsItems()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["items.jsonl"], ["""{"title":"Alien","year":1979,"movieId":7}""", """{"title":"The Thing","year":1982,"movieId":8}""", """{"title":"Elsewhere","year":1990,"movieId":9}"""]);
        File.WriteAllLines(folder["ratings.csv"], ["userId,movieId,rating", .. Enumerable.Range(0, 9).SelectMany(user => new[] { $"{user},7,4", $"{user},8,5", $"{user},9,5" }), "1,7,1"]);

        var features = ItemFeatures.OfGenres(Shop).With(ItemFeatures.OfRatings(Shop, folder["items.jsonl"], folder["ratings.csv"]));

        Assert.Equal(2 + 48, features.Width);
        var informed = (Backbone.TinyWorld with { Features = features }).Create(Shop, Talk, 1);
        var plain = Backbone.TinyWorld.Create(Shop, Talk, 1);
        Assert.True(Cosine(Added(plain, informed, Shop.Items[0]), Added(plain, informed, Shop.Items[1])) > 0.99);
    }

    // Alien and The Thing are talked of in the same conversations, the others in none or alone.
    [Fact]
    public void Dialogues_TellWhatIsTalkedOfTogether()
    {
        Dialogue[] dialogues = [.. Enumerable.Range(0, 9).Select(i => new Dialogue
        {
            Id = $"c-{i}-1",
            Turns = [new Turn(Role.User, "And now?")],
            Seen = [new ItemReference("Alien", 1979)],
            GroundTruth = [new ItemReference("The Thing", 1982)],
        })];
        var unanswered = dialogues[0] with { Id = "u-1", GroundTruth = [] };

        var features = ItemFeatures.OfDialogues(Shop, dialogues);

        Assert.Equal(48, features.Width);
        var informed = (Backbone.TinyWorld with { Features = features }).Create(Shop, Talk, 1);
        var plain = Backbone.TinyWorld.Create(Shop, Talk, 1);
        Assert.True(Cosine(Added(plain, informed, Shop.Items[0]), Added(plain, informed, Shop.Items[1])) > 0.99);
        Assert.All(Added(plain, informed, Shop.Items[2]), value => Assert.Equal(0, value));
        var nothing = (Backbone.TinyWorld with { Features = ItemFeatures.OfDialogues(Shop, [unanswered]) }).Create(Shop, Talk, 1);
        Assert.Equal(plain.Weights.Tensors[Embedding].ToArray(), nothing.Weights.Tensors[Embedding].ToArray());
    }

    private static float[] Added(PolicyModel plain, PolicyModel informed, CatalogItem item)
    {
        var line = plain.Prompt.EncodeLine(item.Title, item.Year);
        Assert.Equal(2, line.Length); // the title, the line break
        var (width, before, after) = (plain.Config.HiddenSize, plain.Weights.Tensors[Embedding].ToArray(), informed.Weights.Tensors[Embedding].ToArray());
        return [.. Enumerable.Range(line[0] * width, width).Select(i => MathF.Round(after[i] - before[i], 6))];
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));
}
