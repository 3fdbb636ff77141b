using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;
using MLNet.ConvRec.Tests.Export.Matrices;
using MLNet.ConvRec.Tests.Scoring;

namespace MLNet.ConvRec.Tests.Export.Folder;

public sealed class RecommenderExportTests(SmallShop shop) : IClassFixture<SmallShop>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private PolicyModel Policy => new(shop.Weights, shop.Prompt.Tokenizer, shop.Prompt.Options);

    private string Output => _folder.PathOf("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folder_HoldsAllThatHostsRead()
    {
        RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions());

        string[] files =
        [
            "README.md", "catalog.jsonl", "config.json", "convrec.json", "genai_config.json", "generation_config.json", "onnx/model.onnx",
            "recommender.onnx", "tokenizer.json", "tokenizer_config.json",
        ];
        Assert.Equal(files, Files());
        Assert.Equal(["out"], _folder.Names);
        Assert.Contains("{%- for message in messages %}", Json("tokenizer_config.json").GetProperty("chat_template").GetString(), StringComparison.Ordinal);
        Assert.Equal(shop.Catalog.Items.Select(item => item.Reference), ItemCatalog.Load(Path.Combine(Output, "catalog.jsonl")).Items.Select(item => item.Reference));
        Assert.Contains("Not measured here.", Text("README.md"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WeightPrecision.Full, "onnx/model.onnx", "fp32")]
    [InlineData(WeightPrecision.Half, "onnx/model_fp16.onnx", "fp16")]
    [InlineData(WeightPrecision.EightBit, "onnx/model_quantized.onnx", "q8")]
    [InlineData(WeightPrecision.FourBit, "onnx/model_q4.onnx", "q4")]
    public void Decoder_HasTheNameByWhichTransformersJsLooksForItsPrecision(WeightPrecision precision, string file, string dtype)
    {
        RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions { Precision = precision });
        Assert.Equal([file], Files().Where(name => name.StartsWith("onnx/", StringComparison.Ordinal)));

        // In its place one in two files.
        RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions { Precision = precision, IsDecoderOnly = true, MaximumFileBytes = 1000 });
        Assert.Equal([file, file + "_data"], Files().Where(name => name.StartsWith("onnx/", StringComparison.Ordinal)));

        var settings = Json("config.json").GetProperty("transformers.js_config");
        Assert.Equal(dtype, settings.GetProperty("dtype").GetString());
        Assert.True(settings.GetProperty("use_external_data_format").GetBoolean());
        Assert.Equal(file, Json("genai_config.json").GetProperty("model").GetProperty("decoder").GetProperty("filename").GetString());
        Assert.Contains($"`{file}`", Text("README.md"), StringComparison.Ordinal);
        Assert.Contains($"`dtype: '{dtype}'`", Text("README.md"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ListDecoding.Lines)]
    [InlineData(ListDecoding.First)]
    [InlineData(ListDecoding.Joined)]
    public void Graph_WritesTheListsOfItsDecoding(ListDecoding decoding)
    {
        RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions { Decoding = decoding });

        using var exported = new InferenceSession(Path.Combine(Output, "recommender.onnx"));
        using var built = new InferenceSession(RecommenderGraph.Build(shop.Weights, shop.Assets.BuildTrie(), SmallShop.ListLength, decoding));
        RecommenderRow[] rows = [.. Enumerable.Range(0, 3).Select(i =>
            new RecommenderRow([.. shop.Prompt.Encode(shop.Dialogue(i)).Select(token => (long)token)], [i], []))];
        foreach (var (one, other) in Lists(exported, rows).Zip(Lists(built, rows)))
            Assert.Equal(other.Items, one.Items);
    }

    [Theory]
    [InlineData(ListDecoding.Lines)]
    [InlineData(ListDecoding.Joined)]
    public void HalfPrecision_GivesTheListsOfTheRoundedWeights(ListDecoding decoding)
    {
        RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions { Precision = WeightPrecision.Half, Decoding = decoding });

        var rounded = DequantizedPolicy.Of(shop.Weights, WeightPrecision.Half);
        using var exported = new InferenceSession(Path.Combine(Output, "recommender.onnx"));
        using var built = new InferenceSession(RecommenderGraph.Build(rounded, shop.Assets.BuildTrie(), SmallShop.ListLength, decoding));
        RecommenderRow[] rows = [.. Enumerable.Range(0, 3).Select(i =>
            new RecommenderRow([.. shop.Prompt.Encode(shop.Dialogue(i)).Select(token => (long)token)], [i], []))];
        foreach (var (one, other) in Lists(exported, rows).Zip(Lists(built, rows)))
        {
            Assert.Equal(other.Items, one.Items);
            Assert.All(other.Scores.Zip(one.Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    [Fact]
    public void HostFile_TellsHowADialogueBecomesInputIds()
    {
        var policy = new PolicyModel(shop.Weights, shop.Prompt.Tokenizer, shop.Prompt.Options with { MaxPromptTokens = 300 });
        RecommenderExport.Write(policy, shop.Catalog, Output, new ExportOptions { Precision = WeightPrecision.EightBit });

        var host = Json("convrec.json");
        var dialogue = new Dialogue { Id = "d", Turns = [new Turn(Role.User, "I liked Heat."), new Turn(Role.Assistant, "More?"), new Turn(Role.User, "Her")] };
        var ask = host.GetProperty("ask").GetString();
        int[] ids =
        [
            .. Ids(host, "opening"),
            .. dialogue.Turns.SelectMany((turn, i) => Message(host, turn, i == dialogue.Turns.Count - 1 ? $"\n{ask}" : "")),
            .. Ids(host, "answerStart"),
        ];
        Assert.Equal(policy.Prompt.Encode(dialogue), ids);
        Assert.Equal(SmallShop.ListLength, host.GetProperty("listLength").GetInt32());
        Assert.Equal(shop.Catalog.Count, host.GetProperty("itemCount").GetInt32());
        Assert.Equal(300, host.GetProperty("maxPromptTokens").GetInt32());
        Assert.Equal(("lines", "int8"), (host.GetProperty("decoding").GetString(), host.GetProperty("precision").GetString()));
    }

    [Fact]
    public void GraphsAndHostFile_NameCatalogAndPolicyByTheirHashes()
    {
        RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions());

        var catalog = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Output, "catalog.jsonl"))));
        Assert.Equal(catalog, Json("convrec.json").GetProperty("catalogSha256").GetString());
        var first = Metadata("recommender.onnx");
        Assert.Equal(catalog, first["convrec.catalog_sha256"]);
        Assert.Equal(first, Metadata("onnx/model.onnx"));

        // Another weight, another policy.
        var other = shop.Weights.Tensors.ToDictionary();
        other["model.norm.weight"] = new ArrayTensor(other["model.norm.weight"].Shape, [.. other["model.norm.weight"].ToArray().Select(value => value * 2)]);
        RecommenderExport.Write(Policy.With(shop.Weights with { Tensors = other }), shop.Catalog, Output, new ExportOptions());
        Assert.NotEqual(first["convrec.policy_sha256"], Metadata("recommender.onnx")["convrec.policy_sha256"]);
    }

    [Fact]
    public void EarlierExport_IsReplaced_AndWhatIsForeignIsNot()
    {
        RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions { IsDecoderOnly = true, MaximumFileBytes = 1000 });
        Assert.Contains("onnx/model.onnx_data", Files());
        RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions());
        Assert.DoesNotContain("onnx/model.onnx_data", Files());
        File.WriteAllText(Path.Combine(Output, "onnx", "mine.txt"), "mine");

        var fault = Assert.Throws<IOException>(() => RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions()));

        Assert.Contains("onnx/mine.txt", fault.Message, StringComparison.Ordinal);
        Assert.Equal("mine", Text("onnx/mine.txt"));
        Assert.Contains("recommender.onnx", Files());
    }

    [Fact]
    public void GraphBeyondOneFile_IsRefusedWithTheRemedy_AndNothingIsLeft()
    {
        var fault = Assert.Throws<NotSupportedException>(
            () => RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions { MaximumFileBytes = 1000 }));

        Assert.Contains("--precision int8", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void WeightBeyondHalfPrecision_IsNamed_AndNothingIsLeft()
    {
        var tensors = shop.Weights.Tensors.ToDictionary();
        const string Name = "model.layers.0.mlp.down_proj.weight";
        tensors[Name] = new ArrayTensor(tensors[Name].Shape, [.. tensors[Name].ToArray().Select((value, i) => i == 7 ? 70_000 : value)]);
        var policy = Policy.With(shop.Weights with { Tensors = tensors });

        var fault = Assert.Throws<InvalidDataException>(
            () => RecommenderExport.Write(policy, shop.Catalog, Output, new ExportOptions { Precision = WeightPrecision.Half }));

        Assert.StartsWith(Name, fault.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void Metrics_StandInTheModelCard()
    {
        var metrics = _folder.WithLines("metrics.json", """
            {"dataset":"redial/test","systems":[{"name":"rankGrpo","dialogues":12,"metrics":{"recall@20":{"mean":0.1706},"coverage":{"mean":1}}}]}
            """);

        RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions { MetricsFile = metrics });

        Assert.Contains("On redial/test:\n\n| system | dialogues | recall@20 |\n| --- | ---: | ---: |\n| rankGrpo | 12 | 0.1706 |\n", Text("README.md"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"systems":3,"dataset":"x"}""")]
    [InlineData("no")]
    public void OtherMetrics_AreRefused(string content)
    {
        var path = _folder.WithLines("metrics.json", content);

        var fault = Assert.Throws<InvalidDataException>(
            () => RecommenderExport.Write(Policy, shop.Catalog, Output, new ExportOptions { MetricsFile = path }));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
    }

    private static RecommenderList[] Lists(InferenceSession session, RecommenderRow[] rows) => RecommenderSession.Run(session, rows, 20);

    private int[] Message(JsonElement host, Turn turn, string after)
    {
        var layout = host.GetProperty("tokens").GetProperty("messages").GetProperty(turn.Role == Role.User ? "user" : "assistant");
        var text = layout.GetProperty("textBefore").GetString() + turn.Text + after;
        return [.. Numbers(layout.GetProperty("start")), .. shop.Prompt.Tokenizer.Encode(text), .. Numbers(layout.GetProperty("end"))];
    }

    private static int[] Ids(JsonElement host, string name) => Numbers(host.GetProperty("tokens").GetProperty(name));

    private static int[] Numbers(JsonElement array) => array.Deserialize<int[]>()!;

    private Dictionary<string, string> Metadata(string name) => ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(Output, name)))
        .MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);

    private JsonElement Json(string name) => JsonDocument.Parse(Text(name)).RootElement;

    private string Text(string name) => File.ReadAllText(Path.Combine(Output, name));

    private string[] Files() => [.. Directory.EnumerateFiles(Output, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Output, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
