using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Export.Onnx;

namespace MLNet.ConvRec.Scoring;

/// <summary>Tells whether ONNX Runtime can use a GPU, by a graph of one operation.</summary>
internal static class GpuProbe
{
    private const string Provider = "libonnxruntime_providers_cuda.so";

    private static readonly ConcurrentDictionary<int, string?> Known = new();

    /// <summary>Returns why a GPU can't be used, and what to do; <see langword="null"/> if it can. The first call for a GPU starts it.</summary>
    /// <param name="gpu">The GPU's number.</param>
    public static string? Failure(int gpu) => Known.GetOrAdd(gpu, Try);

    private static string? Try(int gpu)
    {
        try
        {
            using var settings = new SessionOptions();
            settings.AppendExecutionProvider_CUDA(gpu);
            using var session = new InferenceSession(Graph(), settings);
            return null;
        }
        catch (EntryPointNotFoundException)
        {
            return "this program has ONNX Runtime for the CPU alone; build it with -p:ConvRecOnnx=gpu";
        }
        catch (OnnxRuntimeException fault)
        {
            return $"{MissingLibrary() ?? OneLine(fault.Message)}; install a driver and the libraries of CUDA 13";
        }
    }

    private static byte[] Graph()
    {
        var graph = new GraphBuilder("probe");
        graph.Output(graph.Negate(graph.Input("x", ElementType.Float, 1)), "y", ElementType.Float, 1);
        return graph.ToModel("Tells whether a device can be used.", []).ToByteArray();
    }

    // ONNX Runtime says that a library couldn't be loaded; the system says which one was missing.
    private static string? MissingLibrary()
    {
        var provider = Path.Combine(AppContext.BaseDirectory, Provider);
        if (!File.Exists(provider))
            return null;
        try
        {
            NativeLibrary.Load(provider);
            return null;
        }
        catch (DllNotFoundException fault)
        {
            return fault.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
        }
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
