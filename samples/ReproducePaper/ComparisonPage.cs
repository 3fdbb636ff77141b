using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Training.Reports;

namespace ReproducePaper;

/// <summary>Puts the comparison into the tables and plots of <c>report.html</c>.</summary>
internal static class ComparisonPage
{
    private const int Depth = 20;

    // What the paper's tables compare stands first, where a phone shows it without scrolling.
    private static readonly string[] Compared = [MetricNames.Ndcg(Depth), MetricNames.Recall(Depth)];

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">The page's title.</param>
    /// <param name="trained">What was trained on.</param>
    /// <param name="about">What the numbers were taken over.</param>
    /// <param name="rows">A row a method.</param>
    /// <param name="comparisons">What methods have over others.</param>
    /// <param name="facts">Data, options and seeds.</param>
    public static void Write(
        string path, string title, string trained, string about, IReadOnlyList<ResultRow> rows, IReadOnlyList<MetricComparison> comparisons, IReadOnlyList<KeyValuePair<string, string>> facts) =>
        FindingsReport.Write(path, title, Findings(trained, about, rows, comparisons), facts);

    /// <summary>The reward curves: recall of sampled lists, of the methods that begin with imitation.</summary>
    public static string SampledRecall(IReadOnlyList<ResultRow> rows) =>
        CurvePlot.Draw("recall of sampled lists, reinforced dialogues, mean over seeds", Reinforced(rows, isFromScratch: false, row => row.SampledRecall), beginsAtStart: false);

    /// <summary>The reward curves of R1-zero, which would press all others into one line; empty where it was not run.</summary>
    public static string SampledRecallFromScratch(IReadOnlyList<ResultRow> rows) =>
        Reinforced(rows, isFromScratch: true, row => row.SampledRecall) is { Length: > 0 } curves ? CurvePlot.Draw("recall of sampled lists without imitation, mean over seeds", curves, beginsAtStart: false) : "";

    private static ReportFindings Findings(string trained, string about, IReadOnlyList<ResultRow> rows, IReadOnlyList<MetricComparison> comparisons) => new()
    {
        Conclusion = Conclusion(trained, rows),
        Basis = $"{about} The p of gains are corrected for all {comparisons.Count:N0} comparisons of table.json (Holm). A method is written with its updates on each batch of lists.",
        Systems = [.. rows.Select(System)],
        Ladder = comparisons.Count == 0 ? [] : [new ReportRung("sft", "", []), .. comparisons.GroupBy(pair => (pair.A, pair.B)).Select(pair => new ReportRung(pair.Key.A, pair.Key.B, [.. Compared.SelectMany(metric => Gains(pair, metric))]))],
        Curves =
        [
            Curves(rows, "Recall of sampled lists", isFromScratch: false, isMeasuredAtStart: false, row => row.SampledRecall),
            Curves(rows, "Recall of sampled lists, without imitation", isFromScratch: true, isMeasuredAtStart: false, row => row.SampledRecall),
            Curves(rows, "NDCG@20 on the tuning dialogues", isFromScratch: false, isMeasuredAtStart: true, row => row.TuningNdcg),
        ],
    };

    private static string Conclusion(string trained, IReadOnlyList<ResultRow> rows) => rows.Count == 0 ? "No run is done yet." : FormattableString.Invariant(
        $"A policy learned to recommend by imitation (sft) on {trained}, and was then reinforced by several methods. Best by {Compared[0]} is {Best(rows).Name}, with {Best(rows).Metrics[Compared[0]].Mean:0.000}; sft alone has {rows[0].Metrics[Compared[0]].Mean:0.000}.");

    private static ResultRow Best(IReadOnlyList<ResultRow> rows) => rows.MaxBy(row => row.Metrics[Compared[0]].Mean)!;

    private static ReportSystem System(ResultRow row) => new(row.Name, [.. Compared.Union(Comparison.Metrics).Select(metric => KeyValuePair.Create(metric, Value(row.Metrics[metric])))])
    {
        Note = $"{(row.Rate > 0 ? $"rate {row.RateText}, " : "")}{row.Seeds} {(row.Seeds == 1 ? "seed" : "seeds")}",
        RecallByDepth = [.. new[] { 5, 10, Depth }.Select(k => new ReportPoint(k, row.Metrics[MetricNames.Recall(k)].Mean))],
        FoundOrder = row.FoundOrder,
    };

    private static IEnumerable<ReportGain> Gains(IEnumerable<MetricComparison> pairs, string metric) =>
        pairs.Where(pair => pair.Metric == metric).Select(pair => new ReportGain(metric, new ReportValue(pair.Difference, pair.Low, pair.High), pair.PHolm));

    private static ReportCurves Curves(IReadOnlyList<ResultRow> rows, string title, bool isFromScratch, bool isMeasuredAtStart, Func<ResultRow, IReadOnlyList<double>> values) =>
        new(title, "share of the run, %", "mean over seeds", [.. Reinforced(rows, isFromScratch, values).Where(curve => curve.Values.Count > 1).Select(curve => new ReportCurve(
            curve.Contender.Name, [.. curve.Values.Select((value, place) => new ReportPoint(100 * CurvePlot.Place(place, curve.Values.Count, isMeasuredAtStart), value))]))]);

    private static (Contender Contender, IReadOnlyList<double> Values)[] Reinforced(IReadOnlyList<ResultRow> rows, bool isFromScratch, Func<ResultRow, IReadOnlyList<double>> values) =>
        [.. rows.Where(row => !Ablation.IsImitation(row.Name)).Select(row => (Contender.Parse(row.Name), values(row))).Where(curve => curve.Item1.IsFromScratch == isFromScratch)];

    private static ReportValue Value(Estimate estimate) => new(estimate.Mean, estimate.Low, estimate.High);
}
