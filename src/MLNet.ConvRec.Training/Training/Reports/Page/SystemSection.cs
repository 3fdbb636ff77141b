namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>The table of systems with their metrics and intervals.</summary>
internal static class SystemSection
{
    public static Html Of(ReportFindings findings)
    {
        if (findings.Systems.Count == 0)
            return Html.Empty;
        string[] metrics = [.. findings.Systems[0].Metrics.Select(metric => metric.Key)];
        double[] best = [.. metrics.Select(metric => findings.Systems.Where(system => !system.IsReference).Select(system => Value(system, metric)?.Mean ?? double.NaN).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max())];
        return Html.Of($"""
            <section>
            <h2>How good the lists are</h2>
            {WideTable.Of("Systems and their metrics", Head(metrics), findings.Systems.Select(system => Row(system, metrics, best)))}
            <p class="muted">Higher is better. recall@k: the share of the items people really chose that stand in the first k lines. ndcg@k (normalised discounted cumulative gain): the same, but an item counts more the higher it stands. Below each mean its 95% interval; the best of a column is marked{(findings.Systems.Any(system => system.IsReference) ? ", rows in italics aside" : "")}. {findings.Basis}</p>
            </section>

            """);
    }

    /// <summary>Returns a system's metric; <see langword="null"/> where it lacks it.</summary>
    public static ReportValue? Value(ReportSystem system, string metric) =>
        system.Metrics.Where(each => each.Key == metric).Select(each => each.Value).FirstOrDefault();

    private static Html Head(string[] metrics) =>
        Html.Of($"<tr><th scope=\"col\">system</th>{Html.Join(metrics.Select(metric => Html.Of($"<th scope=\"col\">{metric}</th>")))}</tr>");

    private static Html Row(ReportSystem system, string[] metrics, double[] best)
    {
        var cells = metrics.Zip(best).Select(column => Value(system, column.First) is { } value
            ? WideTable.Cell(column.First, NumberText.WithInterval(value), !system.IsReference && value.Mean >= column.Second ? "best" : "")
            : WideTable.Cell(column.First, Html.Of($"–")));
        var note = system.Note.Length > 0 ? Html.Of($"<br><span class=\"muted\">{system.Note}</span>") : Html.Empty;
        return Html.Of($"<tr{Html.Trusted(system.IsReference ? " class=\"reference\"" : "")}><th scope=\"row\">{system.Name}{note}</th>{Html.Join(cells)}</tr>");
    }
}
