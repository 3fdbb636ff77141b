using System.Diagnostics;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>A step of imitation at Tiny's size, batch 16 of 192 tokens, a vocabulary of 12,288: in blocks beside all logits at once.</summary>
internal static class SftStepBenchmark
{
    private const int Steps = 25;

    public static BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        var weights = RandomTensor.Weights(TinyPolicy.Real(12_288, 1));
        using var ourNetwork = new Transformer(weights, CPU);
        using var peerNetwork = new Transformer(weights, CPU);
        using var ours = new SftStep(ourNetwork, 16, 96, 96, isInBlocks: true);
        using var peer = new SftStep(peerNetwork, 16, 96, 96, isInBlocks: false);
        var (ourTimes, peerTimes, difference) = (new List<Times>(), new List<Times>(), 0.0);
        for (var step = 0; step < Steps; step++)
        {
            ourTimes.Add(Measure(ours, out var ourLoss));
            peerTimes.Add(Measure(peer, out var peerLoss));
            difference = Math.Max(difference, Math.Abs(ourLoss - peerLoss));
        }

        if (difference > 1e-3)
            throw new InvalidOperationException($"The two losses differ by {difference}.");
        return new BenchmarkResult
        {
            Name = "sft-step",
            Ours = Median(ourTimes, times => times.Wall),
            Peer = Median(peerTimes, times => times.Wall),
            Unit = "ms a step",
            More =
            {
                ["ourLeast"] = ourTimes.Min(times => times.Wall),
                ["peerLeast"] = peerTimes.Min(times => times.Wall),
                ["ourProcessorMs"] = Median(ourTimes, times => times.Processor),
                ["peerProcessorMs"] = Median(peerTimes, times => times.Processor),
                ["largestDifferenceOfLosses"] = difference,
            },
        };
    }

    private static Times Measure(SftStep step, out double loss)
    {
        using var process = Process.GetCurrentProcess();
        var (clock, used) = (Stopwatch.StartNew(), process.TotalProcessorTime);
        loss = step.Run(parts: 2);
        process.Refresh();
        return new Times(clock.Elapsed.TotalMilliseconds, (process.TotalProcessorTime - used).TotalMilliseconds);
    }

    private static double Median(List<Times> times, Func<Times, double> of) => times.Select(of).Order().ElementAt(times.Count / 2);

    // The processor's time tells more than the clock where others use the machine.
    private readonly record struct Times(double Wall, double Processor);
}
