using System.IO.Compression;
using Microsoft.ML;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tests.Scoring;

public sealed class RecommenderModelTests(SmallShop shop) : IClassFixture<SmallShop>
{
    [Fact]
    public void SavedModel_IsLoaded()
    {
        var model = RecommenderModel.Load(SmallShop.Context(), shop.ModelPath);

        var expected = SmallShop.Score(shop.Chain, shop.Dialogue(1)).Single();
        Assert.Equal(SmallShop.Lines(expected), SmallShop.Lines(SmallShop.Score(model, shop.Dialogue(1)).Single()));
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        var path = shop.ModelPath + ".not";

        var fault = Assert.Throws<FileNotFoundException>(() => RecommenderModel.Load(SmallShop.Context(), path));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.001)]
    [InlineData(0.5)]
    [InlineData(0.9999)]
    public void CutFile_IsNamed(double share)
    {
        var whole = File.ReadAllBytes(shop.ModelPath);

        AssertRefused(whole[..(int)(whole.Length * share)], "is cut short, damaged or no saved model");
    }

    [Fact]
    public void OtherZip_IsNamed()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry("a.txt");

        AssertRefused(bytes.ToArray(), "is cut short, damaged or no saved model");
    }

    [Fact]
    public void SpoiledPart_IsNamed()
    {
        var bytes = File.ReadAllBytes(shop.ModelPath);
        bytes.AsSpan(bytes.Length / 2, 2000).Fill(0x55);

        AssertRefused(bytes, "is cut short, damaged or no saved model");
    }

    [Fact]
    public void OtherModel_IsNamed()
    {
        var ml = new MLContext();
        var rows = SmallShop.View(ml, shop.Dialogue(0));
        using var bytes = new MemoryStream();
        ml.Model.Save(ml.Transforms.CopyColumns("Copy", "Id").Fit(rows), rows.Schema, bytes);

        AssertRefused(bytes.ToArray(), "no recommender");
    }

    private void AssertRefused(byte[] bytes, string reason)
    {
        var path = shop.Write("other.zip", bytes);

        var fault = Assert.Throws<InvalidDataException>(() => RecommenderModel.Load(SmallShop.Context(), path));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }
}
