using Microsoft.ML.OnnxRuntimeGenAI;
using MLNet.ConvRec.Export;

namespace MLNet.ConvRec.Tests.Export.Hosts;

/// <summary>An exported folder in onnxruntime-genai.</summary>
public sealed class OnnxRuntimeGenAiTests
{
    [Theory]
    [InlineData("qwen2", false)]
    [InlineData("llama", false)]
    [InlineData("qwen3", false)]
    [InlineData("qwen2", true)]
    public void ExportedFolder_WritesThePolicysTokens(string modelType, bool isSplit)
    {
        var options = new ExportOptions { IsDecoderOnly = isSplit, MaximumFileBytes = isSplit ? 1000 : null };
        using var host = new HostPolicy(modelType, options);
        using var model = Loaded(host.Folder);
        foreach (var prompt in HostPolicy.Prompts)
        {
            using var parameters = new GeneratorParams(model);
            parameters.SetSearchOption("max_length", prompt.Length + HostPolicy.TokenCount);
            using var generator = new Generator(model, parameters);
            generator.AppendTokens(prompt);
            using var output = generator.GetOutput("logits");
            var logits = output.GetData<float>()[^host.Policy.Config.VocabularySize..].ToArray();
            while (!generator.IsDone())
                generator.GenerateNextToken();

            var expected = new ReferenceDecoder(host.Policy.Weights).Logits(prompt);
            Assert.InRange(expected.Index().Max(logit => Math.Abs(logit.Item - logits[logit.Index])), 0, 1e-4);
            Assert.Equal(host.Greedy(prompt), generator.GetSequence(0).ToArray()[prompt.Length..]);
        }
    }

    private static Model Loaded(string folder)
    {
        try
        {
            return new Model(folder);
        }
        catch (DllNotFoundException fault)
        {
            Assert.Skip($"onnxruntime-genai is not made for this system ({fault.Message})");
            throw;
        }
    }
}
