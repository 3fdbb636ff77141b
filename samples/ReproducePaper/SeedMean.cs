using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;

namespace ReproducePaper;

/// <summary>Runs of one method with several seeds as one system: a dialogue's value is its mean over seeds.</summary>
internal static class SeedMean
{
    private static readonly EvaluationOptions Evaluation = new();

    /// <summary>Pools runs.</summary>
    /// <param name="name">The system's name.</param>
    /// <param name="runs">One run or more of the method.</param>
    /// <param name="reported">The dialogues that their values are of, in order.</param>
    public static SystemEvaluation Of(string name, IReadOnlyList<RunRecord> runs, IReadOnlyList<Dialogue> reported)
    {
        var values = runs[0].Values!.Keys.ToDictionary(
            metric => metric,
            metric => (IReadOnlyList<double>)[.. Enumerable.Range(0, reported.Count).Select(dialogue => runs.Average(run => run.Values![metric][dialogue]))]);
        var zero = new SystemEvaluation
        {
            Summary = new SystemMetrics { Name = "zero", Metrics = new Dictionary<string, Estimate>() },
            DialogueIds = [.. reported.Select(dialogue => dialogue.Id)],
            Values = values.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<double>)new double[entry.Value.Count]),
        };
        var system = zero with { Values = values, Summary = zero.Summary with { Name = name } };
        var metrics = values.Keys.ToDictionary(metric => metric, metric => PairedComparison.Of(system, zero, metric, Evaluation) is var mean ? new Estimate(mean.Difference, mean.Low, mean.High) : null!);
        return system with { Summary = system.Summary with { Metrics = metrics, Dialogues = reported.Count } };
    }
}
