using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>
/// A step of imitation at Tiny's size, batch 16 of 192 tokens (96 of them a list), a vocabulary of 12,288: ours, in float32 and mixed, beside the same step in
/// Python's PyTorch. One after the other, with the same weights, tokens and threads; equal losses show that it is the same work.
/// </summary>
internal static class TorchStepBenchmark
{
    private const int Steps = 15, Sequences = 16, PromptLength = 96, ListLength = 96;

    // Threads that have nothing to do go on spinning for a while, and would do so on the other side's time.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    public static BenchmarkResult Run(TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        var weights = RandomTensor.Weights(TinyPolicy.Real(12_288, 1));
        var tokens = TinyStep.Tokens(Sequences, PromptLength + ListLength, weights.Config.VocabularySize);
        var file = Path.GetTempFileName();
        using (var stream = File.Create(file))
            SafetensorsWriter.Write(stream, weights.Tensors, null);
        using var full = new TinyStep(weights, tokens, PromptLength, Precision.Full);
        using var mixed = new TinyStep(weights, tokens, PromptLength, Precision.Mixed);
        using var list = TorchPeer.Start(file, weights.Config, tokens, PromptLength, get_num_threads());
        using var all = TorchPeer.Start(file, weights.Config, tokens, PromptLength, get_num_threads());
        File.Delete(file);
        output.WriteLine($"  peer: PyTorch {list.Version}, {get_num_threads()} threads");
        var sides = new Dictionary<string, Func<MeasuredStep>>
        {
            ["ours"] = full.Run,
            ["peer"] = () => list.Step("list"),
            ["oursMixed"] = mixed.Run,
            ["peerAllLogits"] = () => all.Step("all"),
        };
        return Result(Measure(sides));
    }

    private static Dictionary<string, MeasuredStep[]> Measure(Dictionary<string, Func<MeasuredStep>> sides)
    {
        var runs = sides.ToDictionary(side => side.Key, _ => new List<MeasuredStep>());
        for (var step = 0; step < Steps; step++)
        {
            foreach (var (name, run) in sides)
            {
                runs[name].Add(run());
                Thread.Sleep(Pause);
            }
        }

        return runs.ToDictionary(run => run.Key, run => run.Value.ToArray());
    }

    private static BenchmarkResult Result(Dictionary<string, MeasuredStep[]> runs)
    {
        var difference = runs["ours"].Zip(runs["peer"], (x, y) => Math.Abs(x.Loss - y.Loss)).Max();
        if (difference > 1e-3)
            throw new InvalidOperationException($"The losses of the two sides differ by {difference}: they don't do the same work.");
        return new BenchmarkResult
        {
            Name = "sft-step-torch",
            Ours = Median("ours"),
            Peer = Median("peer"),
            Unit = "ms a step",
            More =
            {
                ["threads"] = get_num_threads(),
                ["oursMixed"] = Median("oursMixed"),
                ["peerAllLogits"] = Median("peerAllLogits"),
                ["ratioOfMixedToOurFloat32"] = Median("ours") / Median("oursMixed"),
                ["ratioOfMixedToPeer"] = Median("peer") / Median("oursMixed"),
                ["oursProcessorMs"] = Processor("ours"),
                ["peerProcessorMs"] = Processor("peer"),
                ["oursMixedProcessorMs"] = Processor("oursMixed"),
                ["peerAllLogitsProcessorMs"] = Processor("peerAllLogits"),
                ["oursLeast"] = runs["ours"].Min(run => run.Wall),
                ["peerLeast"] = runs["peer"].Min(run => run.Wall),
                ["oursMixedLeast"] = runs["oursMixed"].Min(run => run.Wall),
                ["largestDifferenceOfLosses"] = difference,
                ["largestDifferenceOfLossesMixed"] = runs["oursMixed"].Zip(runs["peer"], (x, y) => Math.Abs(x.Loss - y.Loss)).Max(),
            },
        };

        double Median(string side) => Middle(runs[side].Select(run => run.Wall));

        double Processor(string side) => Middle(runs[side].Select(run => run.Processor));

        static double Middle(IEnumerable<double> values) => values.Order().ElementAt(Steps / 2);
    }
}
