using System.Diagnostics;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.Sft;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>The trainer's own step of imitation, of all weights or of adapters, on a fixed batch.</summary>
internal sealed class TinyStep : IDisposable
{
    private readonly SftExample[] _batch;
    private readonly Transformer _network;
    private readonly Optimization _optimization;

    public TinyStep(PolicyWeights weights, int[][] tokens, int promptLength, Precision precision, LoraOptions? lora = null)
    {
        _batch = [.. tokens.Select(row => new SftExample(row[..promptLength], row[promptLength..]))];
        _network = new Transformer(weights, CPU, precision);
        lora?.Adapt(_network, 1);
        _optimization = new Optimization(_network.Trained, 0.9, 0.98, 0.05, 1);
    }

    public MeasuredStep Run()
    {
        using var process = Process.GetCurrentProcess();
        var (clock, used) = (Stopwatch.StartNew(), process.TotalProcessorTime);
        using var scope = NewDisposeScope();
        _optimization.ZeroGradient();
        var loss = SftLoop.Accumulate(_network, _batch, dropout: null, SftOptions.DefaultMicroBatchTokens);
        _optimization.Step(1e-4);
        process.Refresh();
        return new MeasuredStep(clock.Elapsed.TotalMilliseconds, (process.TotalProcessorTime - used).TotalMilliseconds, loss);
    }

    public void Dispose()
    {
        _optimization.Dispose();
        _network.Dispose();
    }

    /// <summary>Sequences of a vocabulary's tokens, each other than the rest.</summary>
    public static int[][] Tokens(int sequences, int length, int vocabularySize) =>
        [.. Enumerable.Range(0, sequences).Select(row => Enumerable.Range(0, length).Select(t => (int)(((row * 7919L) + (t * 104_729L) + 17) % vocabularySize)).ToArray())];
}
