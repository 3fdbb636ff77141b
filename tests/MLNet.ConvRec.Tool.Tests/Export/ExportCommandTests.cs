using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Scoring;

namespace MLNet.ConvRec.Tool.Tests.Export;

public sealed class ExportCommandTests(SmallShop shop) : IClassFixture<SmallShop>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Output => _folder.PathOf("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ModelAlone_IsEnough()
    {
        var run = await Run.Of("export", "--model", shop.ModelPath, "--output", Output);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("20 items", run.Output, StringComparison.Ordinal);
        Assert.Contains("recommender.onnx", run.Output, StringComparison.Ordinal);
        Assert.Equal(["out"], _folder.Names);
        Assert.Equal(shop.Catalog.Count, ItemCatalog.Load(Path.Combine(Output, "catalog.jsonl")).Count);
        Assert.Equal(("lines", "fp32"), Told());
    }

    [Fact]
    public async Task PolicyFolderAndModel_GiveTheSameGraphs()
    {
        var policy = _folder.PathOf("policy");
        new PolicyModel(shop.Weights, shop.Prompt.Tokenizer, shop.Prompt.Options).Save(policy);
        shop.Catalog.Save(_folder.PathOf("C.jsonl"));

        var one = await Run.Of("export", "--model", shop.ModelPath, "--output", Output, "--precision", "int4", "--decoding", "joined");
        var other = await Run.Of(
            "export", "--policy", policy, "--catalog", _folder.PathOf("C.jsonl"), "--output", _folder.PathOf("two"), "--precision", "int4", "--decoding", "joined");

        Assert.Equal((0, 0), (one.ExitCode, other.ExitCode));
        Assert.Equal(("joined", "int4"), Told());
        Assert.Contains("onnx/model_q4.onnx", one.Output, StringComparison.Ordinal);
        foreach (var name in (string[])["recommender.onnx", "onnx/model_q4.onnx", "convrec.json", "README.md", "catalog.jsonl"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(Output, name)), File.ReadAllBytes(Path.Combine(_folder.PathOf("two"), name)));
    }

    [Fact]
    public async Task NewCatalog_ReplacesTheModels()
    {
        var catalog = _folder.WithLines("new.jsonl", """{"title":"Unheard Of","year":2030}""", """{"title":"Unheard Of II","year":2031}""");

        var run = await Run.Of("export", "--model", shop.ModelPath, "--catalog", catalog, "--output", Output);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["Unheard Of", "Unheard Of II"], ItemCatalog.Load(Path.Combine(Output, "catalog.jsonl")).Items.Select(item => item.Title));
    }

    [Fact]
    public async Task DecoderOnly_LeavesTheRecommenderOut()
    {
        var run = await Run.Of("export", "--model", shop.ModelPath, "--output", Output, "--decoder-only");

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("recommender.onnx", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Output, "recommender.onnx")));
        Assert.True(File.Exists(Path.Combine(Output, "onnx", "model.onnx")));
    }

    [Theory]
    [InlineData("--output out", "Give either --model")]
    [InlineData("--model M --policy P --output out", "Give either --model")]
    [InlineData("--policy P --output out", "--policy needs --catalog")]
    [InlineData("--policy P --catalog C --output P", "--output P is also read by this run")]
    [InlineData("--model M --output out --precision fp8", "--precision fp8 is unknown; choose fp32, fp16, int8 or int4.")]
    [InlineData("--model M --output out --decoding beam", "--decoding beam is unknown; choose lines, first or joined.")]
    [InlineData("--model M --output out", "M: no such file")]
    [InlineData("--policy P --catalog C --output out", "P/config.json: no such file")]
    public async Task WhatDoesNotFit_IsOneSentence(string arguments, string told)
    {
        var run = await Run.Of(["export", .. arguments.Split(' ')]);

        Assert.StartsWith(told, run.Sentence.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.False(Directory.Exists("out"));
    }

    private (string?, string?) Told()
    {
        var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "convrec.json"))).RootElement;
        return (host.GetProperty("decoding").GetString(), host.GetProperty("precision").GetString());
    }
}
