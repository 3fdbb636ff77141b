using System.Diagnostics;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Adjust;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>
/// Remap-Reflect-Adjust fitted at the paper's size; and one pass of its likelihood beside a plain softmax over the whole catalog, on the same choices.
/// </summary>
internal static class RraBenchmark
{
    private const int Passes = 7;
    private const int ComparedChoices = 2000;

    public static async Task<BenchmarkResult> RunAsync(RraSize size, TextWriter output)
    {
        output.WriteLine($"A synthetic shop of {size.Items:N0} items and {size.Dialogues:N0} dialogues.");
        var world = new RraWorld(size);
        var clock = Stopwatch.StartNew();
        var told = new Told(sentence => output.WriteLine($"  {clock.Elapsed.TotalSeconds,6:F0} s  {sentence}"));
        var options = new DemonstrationOptions();
        var fitted = await DemonstrationBuilder.FitAsync(world.Train, world.Catalog, world, null, null, options, told, CancellationToken.None);
        var fitSeconds = clock.Elapsed.TotalSeconds;

        clock.Restart();
        var built = 0;
        await foreach (var _ in fitted.BuildAsync(world.Train.Where(fitted.IsImitated), CancellationToken.None))
            built++;
        var buildSeconds = clock.Elapsed.TotalSeconds;
        using var process = Process.GetCurrentProcess();
        var (ours, peer) = Compare(size);
        return new BenchmarkResult
        {
            Name = "rra",
            Ours = ours,
            Peer = peer,
            Unit = $"ms a pass over {ComparedChoices} choices",
            More =
            {
                ["fitSeconds"] = fitSeconds,
                ["demonstrations"] = built,
                ["demonstrationSeconds"] = buildSeconds,
                ["peakMemoryMB"] = process.PeakWorkingSet64 / 1e6,
            },
        };
    }

    // Medians of interleaved passes: value and gradient by w and b at random weights.
    private static (double Ours, double Peer) Compare(RraSize size)
    {
        var random = new Random(1);
        Choice[] choices = [.. Enumerable.Range(0, ComparedChoices).Select(_ => RandomChoice(random, size.Items))];
        double[] weight = [.. Enumerable.Range(0, size.Items).Select(_ => random.NextDouble() + 0.5)];
        double[] bias = [.. Enumerable.Range(0, size.Items).Select(_ => random.NextDouble() - 0.5)];
        var likelihood = new ChoiceLikelihood(choices, size.Items);
        var (sparse, dense) = (new double[1 + (2 * size.Items)], new double[1 + (2 * size.Items)]);
        var (ours, peer) = (new List<double>(), new List<double>());
        for (var pass = 0; pass < Passes; pass++)
        {
            ours.Add(Milliseconds(() => likelihood.Evaluate([1], weight, bias, sparse)));
            peer.Add(Milliseconds(() => DenseLikelihood.Evaluate(choices, size.Items, weight, bias, dense)));
        }

        for (var i = 1; i < sparse.Length; i++)
        {
            if (Math.Abs(sparse[i] - dense[i]) > 1e-6 * (1 + Math.Abs(dense[i])))
                throw new InvalidOperationException($"The two likelihoods' gradients differ at {i}: {sparse[i]} and {dense[i]}.");
        }

        return (Median(ours), Median(peer));
    }

    private static Choice RandomChoice(Random random, int itemCount)
    {
        int[] items = [.. Enumerable.Range(0, 300).Select(_ => random.Next(itemCount)).Distinct()];
        return new Choice(items[..^3], [.. items[..^3].Select(_ => (float)random.NextDouble())], [0], items[^3..]);
    }

    private static double Milliseconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
