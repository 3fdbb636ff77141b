using System.Runtime.CompilerServices;
using System.Text.Json;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>The implementations that are not ours. Nothing is installed: where none is named, the test that asks for it is skipped.</summary>
internal static class ReferenceProgram
{
    /// <summary>decoder.py's answer for a checkpoint.</summary>
    public static ReferenceAnswer OfPython(PolicyWeights weights, ReferenceRequest request)
    {
        var python = Environment.GetEnvironmentVariable("CONVREC_PYTHON");
        Assert.SkipUnless(python is { Length: > 0 }, "CONVREC_PYTHON doesn't name a python3 that has torch and numpy.");
        return Ask(request, folder =>
        {
            ReferenceNetwork.Save(weights, folder);
            return (python!, [Beside("decoder.py"), folder]);
        });
    }

    /// <summary>llama.cpp's answer for a checkpoint.</summary>
    public static ReferenceAnswer OfLlamaCpp(PolicyWeights weights, ReferenceRequest request)
    {
        var modules = Environment.GetEnvironmentVariable("CONVREC_NODE_LLAMA_CPP");
        Assert.SkipUnless(modules is { Length: > 0 }, "CONVREC_NODE_LLAMA_CPP doesn't name a folder in which npm installed node-llama-cpp.");
        return Ask(request, folder =>
        {
            var model = Path.Combine(folder, "model.gguf");
            GgufCheckpoint.Save(weights, model);
            return ("node", [Beside("llama.mjs"), modules!, model]);
        });
    }

    private static ReferenceAnswer Ask(ReferenceRequest request, Func<string, (string Program, string[] Arguments)> prepare)
    {
        var folder = Directory.CreateTempSubdirectory("convrec-reference-").FullName;
        try
        {
            var (requestPath, answerPath) = (Path.Combine(folder, "request.json"), Path.Combine(folder, "answer.json"));
            File.WriteAllText(requestPath, JsonSerializer.Serialize(request));
            var (program, arguments) = prepare(folder);
            var (exitCode, output) = ExternalProgram.Run(program, [.. arguments, requestPath, answerPath]);
            Assert.True(exitCode == 0, $"{program} ended with {exitCode}: {output}");
            return JsonSerializer.Deserialize<ReferenceAnswer>(File.ReadAllText(answerPath))!;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Beside(string name, [CallerFilePath] string thisFile = "") => Path.Combine(SourceTree.FolderOf(thisFile), name);
}
