using System.Runtime.CompilerServices;
using System.Text.Json;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>The implementations that are not ours. Nothing is installed: where one is missing, the test that asks for it is skipped.</summary>
internal static class ReferenceProgram
{
    private static readonly Lazy<string?> PythonFault = new(() =>
    {
        var (exitCode, output) = ExternalProgram.Run(Python, "-c", "import numpy, torch");
        return exitCode == 0 ? null : output.Trim().Split('\n')[^1];
    });

    private static string? GivenPython => Environment.GetEnvironmentVariable("CONVREC_PYTHON");

    private static string Python => GivenPython is { Length: > 0 } given ? given : "python3";

    /// <summary>decoder.py's answer for a checkpoint.</summary>
    public static ReferenceAnswer OfPython(PolicyWeights weights, ReferenceRequest request, string precision)
    {
        if (PythonFault.Value is { } fault)
        {
            Assert.False(GivenPython is { Length: > 0 }, $"CONVREC_PYTHON names {Python}, which has no torch or numpy: {fault}");
            Assert.Skip($"No python3 with torch and numpy ({fault}); CONVREC_PYTHON may name one.");
        }

        return Ask(request, folder =>
        {
            ReferenceNetwork.Save(weights, folder);
            return (Python, [Beside("decoder.py"), folder]);
        }, precision);
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

    private static ReferenceAnswer Ask(
        ReferenceRequest request, Func<string, (string Program, string[] Arguments)> prepare, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("convrec-reference-").FullName;
        try
        {
            var (requestPath, answerPath) = (Path.Combine(folder, "request.json"), Path.Combine(folder, "answer.json"));
            File.WriteAllText(requestPath, JsonSerializer.Serialize(request));
            var (program, arguments) = prepare(folder);
            var (exitCode, output) = ExternalProgram.Run(program, [.. arguments, requestPath, answerPath, .. options]);
            Assert.True(exitCode == 0, $"{program} ended with {exitCode}: {output}");
            return JsonSerializer.Deserialize<ReferenceAnswer>(File.ReadAllText(answerPath))!;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Beside(string name, [CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, name);
}
