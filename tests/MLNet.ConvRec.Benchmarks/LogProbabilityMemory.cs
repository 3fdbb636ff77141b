using System.Diagnostics;
using System.Globalization;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>
/// The memory of a step of imitation at the shape of Qwen2.5-0.5B, random weights, batch 4 of 512 tokens, each to be predicted, forward, backward and
/// AdamW: log-probabilities in blocks and activations recomputed, beside all logits and activations at once. Each side in a process of its own, so that the peak is its own.
/// </summary>
internal static class LogProbabilityMemory
{
    /// <summary>The argument that makes the program one side of this benchmark.</summary>
    public const string Side = "logprob-memory-side";

    private const string Lean = "lean", Plain = "plain";

    /// <summary>Measures both sides.</summary>
    /// <param name="precision">Of both sides.</param>
    /// <param name="output">Told as the sides end.</param>
    public static BenchmarkResult Run(Precision precision, TextWriter output)
    {
        var (ours, peer) = (Measure(Lean, precision, output), Measure(Plain, precision, output));
        if (Math.Abs(ours.Loss - peer.Loss) > 1e-2)
            throw new InvalidOperationException($"The two losses differ: {ours.Loss} and {peer.Loss}.");
        return new BenchmarkResult
        {
            Name = "logprob-memory",
            Ours = ours.Megabytes,
            Peer = peer.Megabytes,
            Unit = "MB at the peak",
            More = { ["ourStandingMB"] = ours.Standing, ["peerStandingMB"] = peer.Standing, ["ourStepSeconds"] = ours.Seconds, ["peerStepSeconds"] = peer.Seconds, ["loss"] = ours.Loss, ["peerLoss"] = peer.Loss },
        };
    }

    /// <summary>Runs one side and writes its peak, what stood in memory before the step (weights, gradients, moments), seconds and loss.</summary>
    public static void RunSide(string side, Precision precision, TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        using var network = new Transformer(RandomTensor.Weights(HalfBillion.Shape), CPU, precision) { IsRecomputed = side == Lean };
        using var step = new SftStep(network, 4, 1, 511, isInBlocks: side == Lean);
        using var process = Process.GetCurrentProcess();
        var (clock, standing) = (Stopwatch.StartNew(), process.WorkingSet64);
        var loss = step.Run(parts: 1);
        process.Refresh();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{process.PeakWorkingSet64 / 1e6} {standing / 1e6} {clock.Elapsed.TotalSeconds} {loss}"));
    }

    private static (double Megabytes, double Standing, double Seconds, double Loss) Measure(string side, Precision precision, TextWriter output)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Side, side, precision.ToString()]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var told = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The side {side} ended with {process.ExitCode}; the plain one needs about 20 GB of memory.");
        output.WriteLine($"  {side}, {precision}: {told.Trim()}");
        double[] numbers = [.. told.Trim().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1], numbers[2], numbers[3]);
    }
}
