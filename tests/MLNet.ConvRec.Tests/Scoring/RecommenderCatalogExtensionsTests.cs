using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tests.Scoring;

public sealed class RecommenderCatalogExtensionsTests(SmallShop shop) : IClassFixture<SmallShop>
{
    [Fact]
    public void Catalog_IsTheOneThatTheModelWasMadeWith()
    {
        var loaded = SmallShop.Context().Model.Load(shop.ModelPath, out _);
        var checkedModel = RecommenderModel.Load(SmallShop.Context(), shop.ModelPath);

        foreach (var model in new[] { shop.Chain, loaded, checkedModel })
            Assert.Equal(shop.Catalog.Items.Select(item => item.Reference), model.ReadCatalog().Items.Select(item => item.Reference));
    }

    [Fact]
    public void AnotherTransformer_IsRefused()
    {
        var ml = new MLContext();
        var other = ml.Transforms.CopyColumns("Copy", ConvRecColumns.Id).Fit(SmallShop.View(ml));

        Assert.Contains("carries no catalog", Assert.Throws<ArgumentException>(() => other.ReadCatalog()).Message, StringComparison.Ordinal);
        Assert.Contains("carries no catalog", Assert.Throws<ArgumentException>(() => new TransformerChain<ITransformer>(other).ReadCatalog()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamedItems_AreThoseGiven_OrFoundInTheText()
    {
        var asked = Dialogue.FromUser("I loved Her (2013) and Heat (1995).");

        Assert.Equal([new ItemReference("Her", 2013), new ItemReference("Heat", 1995)], shop.Catalog.NamedIn(asked));
        Assert.Equal([new ItemReference("Drive", 2011)], shop.Catalog.NamedIn(asked with { Seen = [new ItemReference("Drive", 2011)] }));
        Assert.Empty(shop.Catalog.NamedIn(asked with { Seen = [] }));
    }
}
