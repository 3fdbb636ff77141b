using MLNet.ConvRec.Evaluation.Comparison;

namespace MLNet.ConvRec.Evaluation;

/// <summary>Compares two systems on the same dialogues: paired bootstrap of the difference, and Wilcoxon's signed-rank test.</summary>
/// <remarks>
/// Both take the dialogues of one conversation together (<see cref="EvaluationOptions.ResampleBy"/>): a resample holds all of them or none,
/// and the test ranks the sums of a conversation's differences, so that each dialogue weighs in it as it does in the mean.
/// </remarks>
public static class PairedComparison
{
    /// <summary>Compares two systems in one metric.</summary>
    /// <param name="a">The one system.</param>
    /// <param name="b">The other, evaluated on the same dialogues in the same order.</param>
    /// <param name="metric">A metric with values by dialogue, such as <c>MetricNames.Ndcg(20)</c>.</param>
    /// <param name="options">Resamples, what they draw, confidence and seed; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The dialogues differ, or the metric has no values by dialogue for both systems.</exception>
    public static MetricComparison Of(SystemEvaluation a, SystemEvaluation b, string metric, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        options ??= new EvaluationOptions();
        options.Validate();
        if (!a.DialogueIds.SequenceEqual(b.DialogueIds, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"'{a.Name}' and '{b.Name}' were evaluated on different dialogues; pair systems of the same ones in order.", nameof(b));
        }

        double[] all = [.. Values(a, metric).Zip(Values(b, metric), (x, y) => x - y)];
        var differences = Array.FindAll(all, double.IsFinite);
        if (differences.Length == 0)
            throw new ArgumentException($"No dialogue defines {metric} for both '{a.Name}' and '{b.Name}'.", nameof(metric));
        string[] groups = [.. Conversations.Of(a.DialogueIds, options.ResampleBy).Where((_, dialogue) => double.IsFinite(all[dialogue]))];
        var (low, high) = Bootstrap.Intervals([differences], options, groups)[0];
        var p = SignedRankTest.PValue(Conversations.Sums(differences, groups));
        return new MetricComparison(a.Name, b.Name, metric, Bootstrap.Mean(differences), low, high, p);
    }

    private static IReadOnlyList<double> Values(SystemEvaluation system, string metric) =>
        system.Values.TryGetValue(metric, out var values)
            ? values
            : throw new ArgumentException(
                $"'{system.Name}' has no {metric} by dialogue; it has {string.Join(", ", system.Values.Keys)}.", nameof(metric));
}
