namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>The paper's "retrieve, then rerank" by system: how many true items a list holds at each depth, and how high those stand that it holds.</summary>
internal static class FoundSection
{
    /// <param name="findings">What was found.</param>
    /// <param name="number">Tells the plots' names from those of the page's others.</param>
    public static Html Of(ReportFindings findings, int number)
    {
        var recall = RecallChart(findings.Systems);
        var picture = FoundPicture.Of(findings.Systems, number + 1);
        return recall is null && picture is null ? Html.Empty : Html.Of($"""
            <section>
            <h2>Found, and how high</h2>
            <div class="plots pair">{(recall is null ? Html.Empty : PlotSection.Figures([recall], number))}{picture ?? Html.Empty}</div>
            </section>

            """);
    }

    private static Chart? RecallChart(IReadOnlyList<ReportSystem> systems)
    {
        ChartLine[] lines =
        [
            .. systems.Select((system, place) => new ChartLine(system.Name, [.. system.RecallByDepth.Where(point => double.IsFinite(point.Up)).Select(point => ChartPoint.At(point.Across, 100 * point.Up))]) { IsMarked = true, Look = place })
                .Where(line => line.Points.Count > 0),
        ];
        return lines.Length == 0 ? null : new Chart("Recall by depth", "k, lines that are read", "% of true items", lines)
        {
            Note = "The share of the items people really chose that stand in the first k lines.",
            IsFromZero = true,
        };
    }
}
