using System.Net;
using System.Text;
using MLNet.ConvRec.Evaluation;

namespace ReproducePaper;

/// <summary>Writes the comparison as one HTML file with its plots.</summary>
internal static class ComparisonPage
{
    private const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff }
        .wide { overflow-x: auto } table { border-collapse: collapse; font-size: .875rem } th, td { padding: .25rem .625rem; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap }
        th:first-child, td:first-child { text-align: left } svg { max-width: 100%; height: auto }
        """;

    /// <summary>Writes the page, whole or not at all.</summary>
    public static void Write(string path, string title, string about, IReadOnlyList<ResultRow> rows, IReadOnlyList<MetricComparison> comparisons)
    {
        var page = new StringBuilder($"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{Text(title)}</title><style>{Style}</style><h1>{Text(title)}</h1><p>{Text(about)}</p>""");
        page.Append("<h2>Metrics</h2><div class=\"wide\"><table><tr><th>method:updates</th><th>rate</th><th>seeds</th>").AppendJoin("", Comparison.Metrics.Select(metric => $"<th>{metric}</th>")).Append("</tr>");
        foreach (var row in rows)
        {
            page.Append(FormattableString.Invariant($"<tr><td>{Text(row.Name)}</td><td>{row.RateText}</td><td>{row.Seeds}</td>"))
                .AppendJoin("", Comparison.Metrics.Select(metric => FormattableString.Invariant($"<td>{row.Metrics[metric].Mean:.0000}<br>[{row.Metrics[metric].Low:.0000}, {row.Metrics[metric].High:.0000}]</td>"))).Append("</tr>");
        }

        page.Append(FormattableString.Invariant($"</table></div><h2>Paired differences</h2><p>Holm p is corrected for all {comparisons.Count:N0} comparisons of table.json.</p><div class=\"wide\"><table><tr><th>of</th><th>over</th><th>metric</th><th>difference</th><th>95% interval</th><th>Wilcoxon p</th><th>Holm p</th></tr>"));
        foreach (var pair in comparisons.Where(pair => pair.Metric == MetricNames.Ndcg(20) || pair.Metric == MetricNames.Recall(20)))
            page.Append(FormattableString.Invariant($"<tr><td>{Text(pair.A)}</td><td>{Text(pair.B)}</td><td>{pair.Metric}</td><td>{pair.Difference:+0.0000;-0.0000}</td><td>[{pair.Low:+0.0000;-0.0000}, {pair.High:+0.0000;-0.0000}]</td><td>{Chance(pair.P)}</td><td>{Chance(pair.PHolm)}</td></tr>"));
        page.Append("</table></div><h2>While reinforcement went on</h2>").Append(SampledRecall(rows)).Append(SampledRecallFromScratch(rows)).Append(TuningNdcg(rows)).Append("</html>\n");
        File.WriteAllText(path + ".partial", page.ToString());
        File.Move(path + ".partial", path, overwrite: true);
    }

    /// <summary>The reward curves: recall of sampled lists, of the methods that begin with imitation.</summary>
    public static string SampledRecall(IReadOnlyList<ResultRow> rows) =>
        CurvePlot.Draw("recall of sampled lists, reinforced dialogues, mean over seeds", Reinforced(rows, isFromScratch: false, row => row.SampledRecall), beginsAtStart: false);

    /// <summary>The reward curves of R1-zero, which would press all others into one line; empty where it was not run.</summary>
    public static string SampledRecallFromScratch(IReadOnlyList<ResultRow> rows) =>
        Reinforced(rows, isFromScratch: true, row => row.SampledRecall) is { Length: > 0 } curves ? CurvePlot.Draw("recall of sampled lists without imitation, mean over seeds", curves, beginsAtStart: false) : "";

    private static string TuningNdcg(IReadOnlyList<ResultRow> rows) =>
        CurvePlot.Draw("NDCG@20 of greedy lists, tuning dialogues, mean over seeds", Reinforced(rows, isFromScratch: false, row => row.TuningNdcg), beginsAtStart: true);

    private static (Contender Contender, IReadOnlyList<double> Values)[] Reinforced(IReadOnlyList<ResultRow> rows, bool isFromScratch, Func<ResultRow, IReadOnlyList<double>> values) =>
        [.. rows.Where(row => !Ablation.IsImitation(row.Name)).Select(row => (Contender.Parse(row.Name), values(row))).Where(curve => curve.Item1.IsFromScratch == isFromScratch)];

    private static string Chance(double? p) => p < 1e-4 ? "&lt; 0.0001" : FormattableString.Invariant($"{p:0.0000}");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
