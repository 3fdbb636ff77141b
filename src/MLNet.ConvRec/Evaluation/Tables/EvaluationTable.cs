using System.Globalization;

namespace MLNet.ConvRec.Evaluation;

/// <summary>Writes systems as a table of means with their intervals.</summary>
public static class EvaluationTable
{
    /// <summary>The metrics that a table shows unless told otherwise: recall@1, @5, @10, @20, ndcg@20, inCatalog, repeats.</summary>
    public static IReadOnlyList<string> DefaultMetrics { get; } =
    [
        MetricNames.Recall(1), MetricNames.Recall(5), MetricNames.Recall(10), MetricNames.Recall(20), MetricNames.Ndcg(20),
        MetricNames.InCatalog, MetricNames.Repeats,
    ];

    /// <summary>Writes the table; every line ends with a line feed.</summary>
    /// <param name="systems">The rows, in order.</param>
    /// <param name="style">For a terminal or as Markdown.</param>
    /// <param name="metrics">The columns; by default <see cref="DefaultMetrics"/>. A metric that a system lacks is a dash.</param>
    public static string Render(
        IEnumerable<SystemMetrics> systems,
        EvaluationTableStyle style = EvaluationTableStyle.Text,
        IReadOnlyList<string>? metrics = null)
    {
        ArgumentNullException.ThrowIfNull(systems);
        var rows = systems.ToList();
        metrics ??= DefaultMetrics;
        return style == EvaluationTableStyle.Markdown ? Markdown(rows, metrics) : Text(rows, metrics);
    }

    private static string Text(List<SystemMetrics> systems, IReadOnlyList<string> metrics)
    {
        List<string[]> rows = [["", .. metrics]];
        foreach (var system in systems)
        {
            var estimates = metrics.Select(metric => system.Metrics.GetValueOrDefault(metric)).ToArray();
            rows.Add([system.Name, .. estimates.Select(Mean)]);
            rows.Add([system.Note is { } note ? $"  {note}" : "", .. estimates.Select(Interval)]);
        }

        var widths = Enumerable.Range(0, metrics.Count + 1).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Concat(rows.Select(row => Aligned(row, widths).TrimEnd() + "\n"));
    }

    private static string Aligned(string[] row, int[] widths) =>
        string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])));

    private static string Markdown(List<SystemMetrics> systems, IReadOnlyList<string> metrics)
    {
        List<string[]> rows = [["", .. metrics], ["---", .. metrics.Select(_ => "---:")]];
        foreach (var system in systems)
            rows.Add([Label(system), .. metrics.Select(metric => Cell(system.Metrics.GetValueOrDefault(metric)))]);
        return string.Concat(rows.Select(row => $"| {string.Join(" | ", row)} |\n"));
    }

    private static string Label(SystemMetrics system) =>
        (system.Note is { } note ? $"{system.Name} ({note})" : system.Name).Replace("|", "\\|", StringComparison.Ordinal);

    private static string Cell(Estimate? estimate) =>
        Interval(estimate) is { Length: > 0 } interval ? $"{Mean(estimate)} ({interval})" : Mean(estimate);

    private static string Mean(Estimate? estimate) => estimate is null ? "-" : Number(estimate.Mean);

    private static string Interval(Estimate? estimate) =>
        estimate is { Low: { } low, High: { } high } ? $"{Number(low)}-{Number(high)}" : "";

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
