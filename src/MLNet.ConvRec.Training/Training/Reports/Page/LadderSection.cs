using static System.FormattableString;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>What each step adds to the one before.</summary>
internal static class LadderSection
{
    public static Html Of(ReportFindings findings)
    {
        if (findings.Ladder.Count == 0)
            return Html.Empty;
        string[] metrics = [.. findings.Ladder.SelectMany(rung => rung.Gains).Select(gain => gain.Metric).Distinct()];
        return Html.Of($"""
            <section class="part">
            <h2>The ladder: what each step adds</h2>
            {WideTable.Of("Systems and what each adds to another", Head(metrics), findings.Ladder.Select(rung => Row(findings, rung, metrics)))}
            <p class="muted">Gains are taken on the same dialogues, with their 95% intervals: one that holds 0 may be chance. p is the probability of such a gain by chance (Wilcoxon).</p>
            </section>

            """);
    }

    private static Html Head(string[] metrics) => Html.Of(
        $"<tr><th scope=\"col\">rung</th>{Html.Join(metrics.Select(metric => Html.Of($"<th scope=\"col\">{metric}</th><th scope=\"col\">gain</th>")))}</tr>");

    private static Html Row(ReportFindings findings, ReportRung rung, string[] metrics)
    {
        var over = rung.Over.Length > 0 ? Html.Of($"<br><span class=\"muted\">over {rung.Over}</span>") : Html.Empty;
        var cells = metrics.Select(metric => Html.Of($"{WideTable.Cell(metric, Own(findings, rung, metric))}{WideTable.Cell("gain", Gain(rung, metric))}"));
        return Html.Of($"<tr><th scope=\"row\">{rung.System}{over}</th>{Html.Join(cells)}</tr>");
    }

    private static Html Own(ReportFindings findings, ReportRung rung, string metric) =>
        findings.Systems.FirstOrDefault(system => system.Name == rung.System) is { } system && SystemSection.Value(system, metric) is { } value
            ? NumberText.WithInterval(value)
            : Html.Empty;

    private static Html Gain(ReportRung rung, string metric)
    {
        if (rung.Gains.FirstOrDefault(gain => gain.Metric == metric) is not { } gain)
            return Html.Empty;
        var (mean, low, high) = gain.Difference;
        var kind = low > 0 ? " class=\"gain\"" : high < 0 ? " class=\"loss\"" : "";
        var interval = low is { } from && high is { } to ? Invariant($"{from:+0.000;−0.000;0.000} to {to:+0.000;−0.000;0.000}") : "";
        var chance = gain.P is { } p ? p < 0.001 ? "p < 0.001" : Invariant($"p = {p:0.000}") : "";
        return Html.Of($"<span{Html.Trusted(kind)}>{mean:+0.000;−0.000;0.000}</span><br><span class=\"muted\">{interval}</span><br><span class=\"muted\">{chance}</span>");
    }
}
