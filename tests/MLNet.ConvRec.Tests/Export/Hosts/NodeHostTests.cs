using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tests.Export.Hosts;

/// <summary>
/// An exported folder in transformers.js and onnxruntime-node. Their packages are large: these run where <c>CONVREC_HOSTS=1</c> asks for them.
/// </summary>
public sealed class NodeHostTests
{
    [Theory]
    [InlineData("qwen2")]
    [InlineData("llama")]
    [InlineData("qwen3")]
    public void TransformersJs_WritesThePolicysTokens(string modelType)
    {
        var packages = Packages();
        using var host = new HostPolicy(modelType);

        var answer = Generate(packages, host, dtype: null);
        var byName = Generate(packages, host, "fp32");

        var expected = new ReferenceDecoder(host.Policy.Weights).Logits(HostPolicy.Prompts[0]);
        Assert.InRange(expected.Index().Max(logit => Math.Abs(logit.Item - answer.Logits[logit.Index])), 0, 1e-4);
        int[][] greedy = [.. HostPolicy.Prompts.Select(host.Greedy)];
        RecordedAnswers.Compare(modelType, answer);
        Assert.Equal(greedy, answer.Tokens);
        Assert.Equal(greedy, answer.Together);
        Assert.Equal(greedy, byName.Tokens);
        Assert.Equal(answer.Logits, byName.Logits);
    }

    [Theory]
    [InlineData("qwen2", WeightPrecision.Half, "fp16")]
    [InlineData("qwen2", WeightPrecision.EightBit, "q8")]
    [InlineData("qwen2", WeightPrecision.FourBit, "q4")]
    [InlineData("llama", WeightPrecision.EightBit, "q8")]
    public void TransformersJs_LoadsAPrecisionByItsNameAndWithout(string modelType, WeightPrecision precision, string name)
    {
        var packages = Packages();
        using var host = new HostPolicy(modelType, new ExportOptions { Precision = precision });
        var here = host.RunHere();

        foreach (var dtype in new[] { name, null })
        {
            var answer = Generate(packages, host, dtype);

            Assert.InRange(here[0].Logits.Zip(answer.Logits).Max(logit => Math.Abs(logit.First - logit.Second)), 0, 1e-4);
            Assert.Equal(here.Select(prompt => prompt.Tokens), answer.Tokens);
            Assert.Equal(answer.Tokens, answer.Together);
        }
    }

    [Theory]
    [InlineData(WeightPrecision.Full, "fp32")]
    [InlineData(WeightPrecision.EightBit, "q8")]
    public void TransformersJs_ReadsWeightsBesideTheGraph(WeightPrecision precision, string dtype)
    {
        var packages = Packages();
        using var split = new HostPolicy("qwen2", new ExportOptions { Precision = precision, MaximumFileBytes = 1000, IsDecoderOnly = true });

        Assert.True(File.Exists(split.DecoderPath + "_data"));
        Assert.Equal(split.RunHere().Select(prompt => prompt.Tokens), Generate(packages, split, dtype).Tokens);
    }

    [Theory]
    [InlineData(WeightPrecision.Full)]
    [InlineData(WeightPrecision.EightBit)]
    public void OnnxRuntimeNode_WritesTheSameLists(WeightPrecision precision)
    {
        var packages = Packages();
        using var host = new HostPolicy("qwen2", new ExportOptions { Precision = precision });
        var path = Path.Combine(host.Folder, "recommender.onnx");
        var nothing = (long)HostPolicy.Catalog.Count;
        RecommenderRow[] rows = [.. new[] { "I loved Arrival (2016).", "Hello", "Something with robots, from the 80s?" }
            .Select(text => new RecommenderRow([.. host.Policy.Prompt.Encode(Dialogue.FromUser(text)).Select(token => (long)token)], [2], [nothing]))];

        File.WriteAllText(host.PathOf("rows"), JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
        Npm.Hosts.Run("recommend.mjs", packages, path, host.PathOf("rows"), host.PathOf("lists"));

        var lists = JsonSerializer.Deserialize<RecommenderList[]>(File.ReadAllText(host.PathOf("lists")), JsonSerializerOptions.Web)!;
        using var session = new InferenceSession(path);
        foreach (var (row, list) in rows.Zip(lists))
        {
            var expected = RecommenderSession.Run(session, [row], HostPolicy.Catalog.Count).Single();
            Assert.Equal(expected.Items, list.Items);
            Assert.All(expected.Scores.Zip(list.Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        }
    }

    [Fact]
    public void ModelCardsProgram_RunsInTheFolder()
    {
        var packages = Packages();
        using var host = new HostPolicy("qwen2");
        var card = File.ReadAllText(Path.Combine(host.Folder, "README.md"));
        var program = card.Split("```js\n")[1].Split("```")[0];
        var script = Path.Combine(packages, $"card-{Guid.NewGuid():N}.mjs");
        File.WriteAllText(script, program);

        string[] titles;
        try
        {
            titles = Npm.RunIn(script, host.Folder).Split('\n');
        }
        finally
        {
            File.Delete(script);
        }

        var prompt = host.Policy.Prompt.Encode(Dialogue.FromUser("I loved Arrival (2016), what next?")).Select(token => (long)token);
        using var session = new InferenceSession(Path.Combine(host.Folder, "recommender.onnx"));
        var expected = RecommenderSession.Run(session, [new RecommenderRow([.. prompt], [], [])], HostPolicy.Catalog.Count).Single();
        Assert.Equal(expected.Items.Select(item => HostPolicy.Catalog.Items[(int)item].Title), titles);
    }

    private static HostAnswer Generate(string packages, HostPolicy host, string? dtype)
    {
        File.WriteAllText(host.PathOf("input"), JsonSerializer.Serialize(new { prompts = HostPolicy.Prompts, count = HostPolicy.TokenCount, dtype }));
        Npm.Hosts.Run("generate.mjs", packages, host.Folder, host.PathOf("input"), host.PathOf("output"));
        return JsonSerializer.Deserialize<HostAnswer>(File.ReadAllText(host.PathOf("output")), JsonSerializerOptions.Web)!;
    }

    private static string Packages()
    {
        if (Environment.GetEnvironmentVariable("CONVREC_HOSTS") != "1")
            Assert.Skip("Set CONVREC_HOSTS=1 to install transformers.js and onnxruntime-node (480 MB) and to run exported folders in them.");
        return Npm.Hosts.Folder;
    }
}
