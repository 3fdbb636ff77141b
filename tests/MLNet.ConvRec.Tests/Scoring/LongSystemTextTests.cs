using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tests.Scoring;

/// <summary>Prompts whose system text is long: what is saved and exported holds its keys and values, and lists stay what they were.</summary>
public sealed class LongSystemTextTests(SmallShop shop) : IClassFixture<SmallShop>
{
    private ChatPrompt Prompt { get; } = new(shop.Prompt.Tokenizer, new PromptOptions
    {
        ListLength = SmallShop.ListLength,
        System = string.Join(' ', Enumerable.Repeat("Recommend items of the catalog.", 3)),
        MaxPromptTokens = 192,
    });

    private ScoringAssets Assets => new(Prompt, shop.Catalog);

    // One of them is too long, so that its oldest turns are left out.
    private Dialogue[] Dialogues =>
    [
        .. Enumerable.Range(0, 12).Select(shop.Dialogue),
        new Dialogue { Id = "long", Turns = [.. Enumerable.Range(0, 30).Select(i => new Turn(i % 2 == 0 ? Role.User : Role.Assistant, $"Heat {i}, or Her?"))] },
    ];

    [Fact]
    public void ThePromptsOpening_IsTakenWhereItIsLong()
    {
        Assert.Equal(Prompt.Opening, CachedPrefix.Of(Prompt));
        Assert.Empty(CachedPrefix.Of(new ChatPrompt(shop.Prompt.Tokenizer, new PromptOptions { System = "Films." })));
        Assert.All(Dialogues, dialogue => Assert.Equal(Prompt.Opening, Prompt.Encode(dialogue).Take(Prompt.Opening.Count)));
    }

    [Fact]
    public void ASavedModel_HoldsIt_AndGivesTheListsOfTheGraphWithoutIt()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("model.zip");
        var ml = SmallShop.Context();
        var view = SmallShop.View(ml, Dialogues);
        ml.Model.Save(ScoringChain.Create(ml.Transforms, view, shop.Weights, Assets), view.Schema, path);

        AssertHolds(RecommenderArchive.Read(path, isAlone: true).Graph);
        var expected = Expected();
        var stock = ml.Model.Load(path, out _);
        using (stock as IDisposable)
            AssertSame(expected, SmallShop.Score(stock, Dialogues));
        using (var batched = RecommenderModel.Load(SmallShop.Context(), path, new RecommenderOptions()))
            AssertSame(expected, [.. batched.Recommend(Dialogues)]);
        var weights = RecommenderModel.LoadParts(path).Policy.Weights;
        Assert.All(shop.Weights.Tensors, tensor => Assert.Equal(tensor.Value.ToArray(), weights.Tensors[tensor.Key].ToArray()));
    }

    [Theory]
    [InlineData(WeightPrecision.Full)]
    [InlineData(WeightPrecision.FourBit)]
    public void AnExport_HoldsIt(WeightPrecision precision)
    {
        using var folder = new TemporaryFolder();
        var policy = new PolicyModel(shop.Weights, Prompt.Tokenizer, Prompt.Options);

        RecommenderExport.Write(policy, shop.Catalog, folder.PathOf("out"), new ExportOptions { Precision = precision });

        AssertHolds(File.ReadAllBytes(Path.Combine(folder.PathOf("out"), "recommender.onnx")));
    }

    private void AssertHolds(byte[] graph)
    {
        var keys = ModelProto.Parser.ParseFrom(graph).Graph.Initializer.Single(tensor => tensor.Name == "prefix.0.key");
        Assert.Equal(Prompt.Opening.Count, keys.Dims[^1]);
    }

    private RecommenderList[] Expected()
    {
        var graph = RecommenderGraph.Build(shop.Weights, Assets.BuildTrie(), SmallShop.ListLength);
        using var session = new InferenceSession(graph, new SessionOptions { IntraOpNumThreads = 1 });
        return [.. Dialogues.Select(dialogue => RecommenderSession.Run(session, [RowOf(dialogue)], shop.Catalog.Count)[0])];
    }

    private RecommenderRow RowOf(Dialogue dialogue) => new(
        [.. Prompt.Encode(dialogue).Select(token => (long)token)], [.. Assets.Excluded(dialogue).Select(item => (long)item)], []);

    private void AssertSame(RecommenderList[] expected, RecommendationList[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal(one.Items.Select(item => shop.Catalog.Items[(int)item].Title), other.Recommendations.Select(line => line.Title));
            Assert.All(one.Scores.Zip(other.Recommendations), pair => Assert.Equal(pair.First, pair.Second.Score, 1e-5));
        }
    }
}
