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
        using var host = new HostPolicy(modelType, new ExportOptions { IsDecoderOnly = isSplit, MaximumFileBytes = isSplit ? 1000 : null });

        var answers = Run(host);

        Assert.Equal(HostPolicy.Prompts.Select(host.Greedy), answers.Select(answer => answer.Tokens));
        foreach (var (prompt, answer) in HostPolicy.Prompts.Zip(answers))
        {
            var expected = new ReferenceDecoder(host.Policy.Weights).Logits(prompt);
            Assert.InRange(expected.Zip(answer.Logits).Max(logit => Math.Abs(logit.First - logit.Second)), 0, 1e-4);
        }
    }

    [Theory]
    [InlineData("qwen2", WeightPrecision.Half, false)]
    [InlineData("qwen2", WeightPrecision.EightBit, false)]
    [InlineData("qwen2", WeightPrecision.FourBit, false)]
    [InlineData("llama", WeightPrecision.EightBit, false)]
    [InlineData("qwen2", WeightPrecision.EightBit, true)]
    public void LowerPrecision_WritesWhatOnnxRuntimeWrites(string modelType, WeightPrecision precision, bool isSplit)
    {
        var options = new ExportOptions { Precision = precision, IsDecoderOnly = isSplit, MaximumFileBytes = isSplit ? 1000 : null };
        using var host = new HostPolicy(modelType, options);

        var answers = Run(host);

        foreach (var (expected, answer) in host.RunHere().Zip(answers))
        {
            Assert.Equal(expected.Tokens, answer.Tokens);
            Assert.InRange(expected.Logits.Zip(answer.Logits).Max(logit => Math.Abs(logit.First - logit.Second)), 0, 1e-4);
        }
    }

    private static (float[] Logits, int[] Tokens)[] Run(HostPolicy host)
    {
        using var model = Loaded(host.Folder);
        return Array.ConvertAll(HostPolicy.Prompts, prompt =>
        {
            using var parameters = new GeneratorParams(model);
            parameters.SetSearchOption("max_length", prompt.Length + HostPolicy.TokenCount);
            using var generator = new Generator(model, parameters);
            generator.AppendTokens(prompt);
            using var output = generator.GetOutput("logits");
            var logits = output.GetData<float>()[^host.Policy.Config.VocabularySize..].ToArray();
            while (!generator.IsDone())
                generator.GenerateNextToken();
            return (logits, generator.GetSequence(0).ToArray()[prompt.Length..]);
        });
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
