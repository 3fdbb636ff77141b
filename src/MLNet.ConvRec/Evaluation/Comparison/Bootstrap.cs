using System.Numerics.Tensors;

namespace MLNet.ConvRec.Evaluation.Comparison;

/// <summary>Percentile bootstrap (Efron) over whole conversations or dialogues: what a resample holds follows from seed, resample and draw alone.</summary>
/// <remarks>All columns share the resamples, so that two systems on the same dialogues are resampled alike.</remarks>
internal static class Bootstrap
{
    /// <summary>Returns each column's interval of the mean.</summary>
    /// <param name="columns">Values by metric and dialogue, all of one length; NaN where not defined.</param>
    /// <param name="options">Seed, number of resamples and confidence.</param>
    /// <param name="groups">What each dialogue is drawn together with, such as <see cref="Conversations"/>.</param>
    /// <returns>By column the interval's ends; NaN for a column without a value.</returns>
    public static (double Low, double High)[] Intervals(
        IReadOnlyList<double[]> columns, EvaluationOptions options, IReadOnlyList<string> groups) =>
        Array.ConvertAll(Means(columns, options, groups), resampled => Percentiles(resampled, options.Confidence));

    /// <summary>Returns each column's mean in each resample, [columns][resamples]; NaN in one that holds no defined value.</summary>
    public static double[][] Means(IReadOnlyList<double[]> columns, EvaluationOptions options, IReadOnlyList<string> groups)
    {
        var values = columns.Select(column => Conversations.Sums(Array.ConvertAll(column, value => double.IsNaN(value) ? 0 : value), groups)).ToArray();
        var weights = columns.Select(column => Conversations.Sums(Array.ConvertAll(column, value => double.IsNaN(value) ? 0.0 : 1), groups)).ToArray();
        var means = columns.Select(_ => new double[options.Resamples]).ToArray();
        var counts = new double[values.Length == 0 ? 0 : values[0].Length]; // how often the resample holds each group
        for (var resample = 0; resample < options.Resamples; resample++)
        {
            Draw(counts, options.Seed, resample);
            for (var c = 0; c < values.Length; c++)
                means[c][resample] = TensorPrimitives.Dot<double>(counts, values[c]) / TensorPrimitives.Dot<double>(counts, weights[c]);
        }

        return means;
    }

    /// <summary>
    /// Returns the interval of the mean over runs and dialogues, from resamples of both: runs are drawn with replacement as groups are, each
    /// by a stream of its own (the pigeonhole bootstrap, Owen 2007).
    /// </summary>
    /// <param name="runs">Values by run and dialogue, all of one length; NaN where not defined.</param>
    /// <param name="options">Seed, number of resamples and confidence.</param>
    /// <param name="groups">What each dialogue is drawn together with.</param>
    public static (double Low, double High) PooledInterval(
        IReadOnlyList<double[]> runs, EvaluationOptions options, IReadOnlyList<string> groups)
    {
        var values = runs.Select(run => Conversations.Sums(Array.ConvertAll(run, value => double.IsNaN(value) ? 0 : value), groups)).ToArray();
        var weights = runs.Select(run => Conversations.Sums(Array.ConvertAll(run, value => double.IsNaN(value) ? 0.0 : 1), groups)).ToArray();
        var means = new double[options.Resamples];
        var (runCounts, counts) = (new double[runs.Count], new double[values[0].Length]);
        for (var resample = 0; resample < options.Resamples; resample++)
        {
            Draw(runCounts, ~options.Seed, resample);
            Draw(counts, options.Seed, resample);
            var (sum, weight) = (0.0, 0.0);
            for (var run = 0; run < runs.Count; run++)
            {
                sum += runCounts[run] * TensorPrimitives.Dot<double>(counts, values[run]);
                weight += runCounts[run] * TensorPrimitives.Dot<double>(counts, weights[run]);
            }

            means[resample] = sum / weight;
        }

        return Percentiles(means, options.Confidence);
    }

    /// <summary>Returns the mean of the defined values; NaN without any.</summary>
    public static double Mean(double[] column)
    {
        var known = Array.FindAll(column, value => !double.IsNaN(value));
        return known.Length == 0 ? double.NaN : known.Sum() / known.Length;
    }

    private static void Draw(double[] counts, int seed, int resample)
    {
        Array.Clear(counts);
        var stream = Mix(((ulong)(uint)seed << 32) | (uint)resample);
        for (var draw = 0; draw < counts.Length; draw++)
            counts[Math.BigMul(Mix(stream + (ulong)draw), (ulong)counts.Length, out _)]++;
    }

    // The output function of SplitMix64 (Steele, Lea and Flood 2014) on a counter.
    private static ulong Mix(ulong counter)
    {
        var z = (counter + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    // A resample that holds no dialogue for which the metric is defined has no mean and is left out.
    private static (double Low, double High) Percentiles(double[] resampled, double confidence)
    {
        var known = Array.FindAll(resampled, mean => !double.IsNaN(mean));
        Array.Sort(known);
        var tail = (1 - confidence) / 2;
        return (Quantile(known, tail), Quantile(known, 1 - tail));
    }

    private static double Quantile(double[] sorted, double share)
    {
        if (sorted.Length == 0)
            return double.NaN;
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
