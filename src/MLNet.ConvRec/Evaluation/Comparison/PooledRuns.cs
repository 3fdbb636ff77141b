using MLNet.ConvRec.Evaluation.Comparison;

namespace MLNet.ConvRec.Evaluation;

/// <summary>Several runs of one system, such as trainings with different seeds, as one row.</summary>
/// <remarks>
/// A mean is over runs and dialogues, and its interval holds the variation of both: resamples draw runs and conversations
/// (<see cref="EvaluationOptions.ResampleBy"/>). A handful of runs tells little of how runs vary: with two or three the interval is too
/// narrow where the seed matters more than the dialogues.
/// </remarks>
public static class PooledRuns
{
    /// <summary>Pools runs.</summary>
    /// <param name="name">The row's name.</param>
    /// <param name="runs">Two runs or more, evaluated on the same dialogues in the same order.</param>
    /// <param name="options">Resamples, what they draw, confidence and seed; <see langword="null"/> for the defaults.</param>
    /// <returns>
    /// The metrics that all runs have; those of a whole system, such as coverage, are means over runs without interval.
    /// <see cref="SystemMetrics.WithoutList"/> is of the run with the most.
    /// </returns>
    /// <exception cref="ArgumentException">There are fewer than two runs, or their dialogues differ.</exception>
    public static SystemMetrics Of(string name, IReadOnlyList<SystemEvaluation> runs, EvaluationOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(runs);
        options ??= new EvaluationOptions();
        options.Validate();
        if (runs.Count < 2)
            throw new ArgumentException($"'{name}' has {runs.Count} runs; pool two or more.", nameof(runs));
        if (runs.FirstOrDefault(run => !run.DialogueIds.SequenceEqual(runs[0].DialogueIds, StringComparer.Ordinal)) is { } other)
        {
            throw new ArgumentException(
                $"'{runs[0].Name}' and '{other.Name}' were evaluated on different dialogues; pool runs of the same ones in order.", nameof(runs));
        }

        var groups = Conversations.Of(runs[0].DialogueIds, options.ResampleBy);
        var shared = runs[0].Metrics.Keys.Where(metric => runs.All(run => run.Metrics.ContainsKey(metric)));
        return runs[0].Summary with
        {
            Name = name,
            Note = $"{runs.Count} runs",
            WithoutList = runs.Max(run => run.Summary.WithoutList),
            Conversations = Conversations.Count(groups) is var count && count < groups.Count ? count : null,
            Metrics = shared.ToDictionary(metric => metric, metric => Estimate(metric, runs, options, groups), StringComparer.Ordinal),
            PerRankRelevance = [.. Enumerable.Range(0, runs.Max(run => run.Summary.PerRankRelevance.Count))
                .Select(rank => runs.Average(run => run.Summary.PerRankRelevance.ElementAtOrDefault(rank)))],
        };
    }

    /// <summary>Pools runs, with values by dialogue that <see cref="PairedComparison"/> takes: each dialogue's mean over the runs.</summary>
    /// <param name="name">The row's name.</param>
    /// <param name="runs">Two runs or more, evaluated on the same dialogues in the same order.</param>
    /// <param name="options">Resamples, what they draw, confidence and seed; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">There are fewer than two runs, or their dialogues differ.</exception>
    public static SystemEvaluation Evaluate(string name, IReadOnlyList<SystemEvaluation> runs, EvaluationOptions? options = null)
    {
        var summary = Of(name, runs, options);
        var shared = runs[0].Values.Keys.Where(metric => runs.All(run => run.Values.ContainsKey(metric)));
        return new SystemEvaluation
        {
            Summary = summary,
            DialogueIds = runs[0].DialogueIds,
            Values = shared.ToDictionary(
                metric => metric,
                metric => (IReadOnlyList<double>)[.. Enumerable.Range(0, runs[0].DialogueIds.Count).Select(dialogue => runs.Average(run => run.Values[metric][dialogue]))],
                StringComparer.Ordinal),
        };
    }

    private static Estimate Estimate(string metric, IReadOnlyList<SystemEvaluation> runs, EvaluationOptions options, IReadOnlyList<string> groups)
    {
        if (!runs.All(run => run.Values.ContainsKey(metric)))
            return new Estimate(runs.Average(run => run.Metrics[metric].Mean));
        double[][] values = [.. runs.Select(run => run.Values[metric].ToArray())];
        var (low, high) = Bootstrap.PooledInterval(values, options, groups);
        return new Estimate(Bootstrap.Mean([.. values.SelectMany(run => run)]), Known(low), Known(high));
    }

    // Few resamples may all miss the few dialogues that define a metric.
    private static double? Known(double value) => double.IsNaN(value) ? null : value;
}
