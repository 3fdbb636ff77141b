using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tests.Scoring;

public sealed class SavedPartsTests(SmallShop shop) : IClassFixture<SmallShop>
{
    [Fact]
    public void PartsOfAModel_AreWhatItWasMadeOf()
    {
        var parts = RecommenderModel.LoadParts(shop.ModelPath);

        Assert.Equal(shop.Catalog.Items.Select(item => item.Reference), parts.Catalog.Items.Select(item => item.Reference));
        Assert.Equal(shop.Prompt.Options, parts.Policy.Prompt.Options);
        Assert.Equal(shop.Prompt.Encode(shop.Dialogue(3)), parts.Policy.Prompt.Encode(shop.Dialogue(3)));
        Assert.Equal(shop.Weights.Config, parts.Policy.Config);
        foreach (var (name, tensor) in shop.Weights.Tensors)
            Assert.Equal(tensor.ToArray(), parts.Policy.Weights.Tensors[name].ToArray());
    }

    [Fact]
    public void GraphBuiltOfTheParts_IsTheModelsOwn()
    {
        var parts = RecommenderModel.LoadParts(shop.ModelPath);
        var trie = new ScoringAssets(parts.Policy.Prompt, parts.Catalog).BuildTrie();

        Assert.Equal(
            RecommenderGraph.Build(shop.Weights, shop.Assets.BuildTrie(), SmallShop.ListLength),
            RecommenderGraph.Build(parts.Policy.Weights, trie, SmallShop.ListLength));
    }

    [Fact]
    public void OtherCatalog_IsRecommendedThough_ThePolicyNeverSawIt()
    {
        using var folder = new TemporaryFolder();
        var parts = RecommenderModel.LoadParts(shop.ModelPath);
        var catalog = ItemCatalog.Create(Enumerable.Range(1, 6).Select(i => new CatalogItem { Title = $"Unheard Title {i}", Year = 2000 + i }));

        RecommenderExport.Write(parts.Policy, catalog, folder.PathOf("new"), new ExportOptions());

        using var session = new InferenceSession(Path.Combine(folder.PathOf("new"), "recommender.onnx"));
        var row = new RecommenderRow([.. parts.Policy.Prompt.Encode(shop.Dialogue(1)).Select(token => (long)token)], [2], []);
        var items = RecommenderSession.Run(session, [row], catalog.Count).Single().Items;
        Assert.Equal([0, 1, 3, 4, 5], items.Order());
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.9999)]
    public void CutFile_IsNamed(double share)
    {
        var whole = File.ReadAllBytes(shop.ModelPath);

        AssertRefused(whole[..(int)(whole.Length * share)]);
    }

    [Fact]
    public void SpoiledFile_IsNamed()
    {
        var bytes = File.ReadAllBytes(shop.ModelPath);
        bytes.AsSpan(bytes.Length / 2, 2000).Fill(0x55);

        AssertRefused(bytes);
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        var fault = Assert.Throws<FileNotFoundException>(() => RecommenderModel.LoadParts(shop.ModelPath + ".not"));

        Assert.StartsWith(shop.ModelPath, fault.Message, StringComparison.Ordinal);
    }

    private void AssertRefused(byte[] content)
    {
        var path = shop.Write($"{Guid.NewGuid():N}.zip", content);

        var fault = Assert.Throws<InvalidDataException>(() => RecommenderModel.LoadParts(path));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
    }
}
