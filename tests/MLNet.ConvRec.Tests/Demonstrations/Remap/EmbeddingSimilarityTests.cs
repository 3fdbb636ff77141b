using Microsoft.Extensions.AI;
using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Demonstrations.Remap;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Demonstrations.Remap;

public sealed class EmbeddingSimilarityTests
{
    private static readonly ItemCatalog Catalog = ItemCatalog.Create(
    [
        new CatalogItem { Title = "alien", Year = 1979, Genres = ["space"] },
        new CatalogItem { Title = "aliens", Year = 1986, Genres = ["space"] },
        new CatalogItem { Title = "heat", Year = 1995, Genres = ["crime"] },
        new CatalogItem { Title = "casino", Year = 1995, Genres = ["crime"] },
    ]);

    [Fact]
    public async Task NearestItem_IsTheOneWhoseTextMeansTheSame()
    {
        var similarity = await Create(new WordVectors());

        var nearest = similarity.Nearest(0);

        Assert.Equal(1, nearest.Items[0]);
        Assert.DoesNotContain(0, nearest.Items);
        Assert.InRange(nearest.Values[0], 0.5, 1);
    }

    [Fact]
    public async Task NameAndDialogue_AreComparedByWhatTheyMean()
    {
        var similarity = await Create(new WordVectors());
        var dialogue = Dialogue.FromUser("something with crime");

        await similarity.PrepareAsync(["a crime story"], [dialogue], TestContext.Current.CancellationToken);

        Assert.Equal([2, 3], similarity.Nearest("a crime story").Items.Order());
        Assert.Equal([2, 3], similarity.Nearest(dialogue, []).Items.Order());
    }

    [Fact]
    public async Task EachText_IsEmbeddedOnce()
    {
        var vectors = new WordVectors();
        var similarity = await Create(vectors);

        await similarity.PrepareAsync(["x", "y", "x"], [], TestContext.Current.CancellationToken);
        await similarity.PrepareAsync(["y"], [], TestContext.Current.CancellationToken);

        Assert.Equal(4 + 2, vectors.Texts);
    }

    [Fact]
    public async Task VectorsOfDifferentLengths_AreRefused()
    {
        var vectors = new WordVectors { Change = (text, vector) => text.Contains("heat", StringComparison.Ordinal) ? vector[..2] : vector[..3] };

        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => Create(vectors));

        Assert.Equal(
            "The embedding model gave a vector of 3 numbers and one of 2; embed all texts by one model, in one length.", problem.Message);
    }

    [Fact]
    public async Task LaterVectorsOfAnotherLength_AreRefused()
    {
        var similarity = await Create(new WordVectors { Change = (text, vector) => text.StartsWith("late", StringComparison.Ordinal) ? vector[..5] : vector });

        var problem = await Assert.ThrowsAsync<InvalidDataException>(
            () => similarity.PrepareAsync(["late name"], [], TestContext.Current.CancellationToken).AsTask());

        Assert.Contains("a vector of 7 numbers and one of 5", problem.Message, StringComparison.Ordinal);
    }

    // A length beyond the largest number would make all similarities 0.
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    public async Task NumbersThatCannotBeCompared_AreRefused(float number)
    {
        var vectors = new WordVectors { Change = (text, vector) => text.Contains("heat", StringComparison.Ordinal) ? [number, .. vector[1..]] : vector };

        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => Create(vectors));

        Assert.Contains("not finite, or too large to compare", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VectorsWithoutNumbers_AreRefused()
    {
        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => Create(new WordVectors { Change = (_, _) => [] }));

        Assert.Contains("without numbers", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItemsWhoseTextsAllMeanTheSame_AreCounted()
    {
        var same = await Create(new WordVectors { Change = (_, _) => [1, 2] });

        Assert.Equal(0, (await Create(new WordVectors())).WithoutText);
        Assert.Equal(4, same.WithoutText);
        Assert.Contains("4 have nothing that can be compared", CatalogTexts.Describe(Catalog, same), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demonstrations_FollowTheEmbeddings()
    {
        var train = SmallWorld.Train(20);
        var ml = new MLContext(1);
        var options = new DemonstrationOptions { ListLength = 5, Folds = 2, MaxIterations = 20, Similarity = new() { LineText = 1, ConversationText = 1 } };
        var cancellation = TestContext.Current.CancellationToken;

        var without = ml.Transforms.ConvRec.BuildDemonstrations(SmallWorld.Catalog, SmallWorld.Teacher, options).Fit(ml.Data.LoadDialogues(train));
        using var vectors = new WordVectors();
        var with = ml.Transforms.ConvRec.BuildDemonstrations(SmallWorld.Catalog, SmallWorld.Teacher, options, embeddings: vectors).Fit(ml.Data.LoadDialogues(train));

        var dialogue = SmallWorld.Conversation(900)[0];
        var one = await without.BuildAsync([dialogue], cancellation).SingleAsync(cancellation);
        var other = await with.BuildAsync([dialogue], cancellation).SingleAsync(cancellation);
        Assert.NotEqual(one.Items, other.Items);
        Assert.True(vectors.Texts >= SmallWorld.Catalog.Count + train.Length);
    }

    private static Task<EmbeddingSimilarity> Create(WordVectors vectors) =>
        EmbeddingSimilarity.CreateAsync(vectors, Catalog, 2, TestContext.Current.CancellationToken);

    // Counts "space", "crime" and everything else; for the small world its kinds.
    private sealed class WordVectors : IEmbeddingGenerator<string, Embedding<float>>
    {
        private static readonly string[] Words = ["space", "crime", "horror", "comedy", "western", "romance"];

        public int Texts { get; private set; }

        public Func<string, float[], float[]> Change { get; init; } = (_, vector) => vector;

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            var embedded = new GeneratedEmbeddings<Embedding<float>>();
            foreach (var text in values)
            {
                Texts++;
                float[] vector = [.. Words.Select(word => text.Contains(word, StringComparison.OrdinalIgnoreCase) ? 3f : 0f), 1 + (text.Length % 5 / 10f)];
                embedded.Add(new Embedding<float>(Change(text, vector)));
            }

            return Task.FromResult(embedded);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
