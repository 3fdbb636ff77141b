namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>The curves that a report was given.</summary>
internal static class CurveSection
{
    /// <param name="findings">What was found.</param>
    /// <param name="number">Tells the plots' names from those of the page's others.</param>
    public static Html Of(ReportFindings findings, int number)
    {
        Chart[] charts = [.. findings.Curves.Select(curves => ChartOf(findings, curves)).OfType<Chart>()];
        return charts.Length == 0 ? Html.Empty : Html.Of($"""
            <section class="part">
            <h2>While training went on</h2>
            {PlotSection.Of(charts, number)}</section>

            """);
    }

    private static Chart? ChartOf(ReportFindings findings, ReportCurves curves)
    {
        List<string> systems = [.. findings.Systems.Select(system => system.Name)];
        ChartLine[] lines =
        [
            .. curves.Lines.Select(line => new ChartLine(line.Name, [.. line.Points.Where(point => double.IsFinite(point.Up)).Select(point => ChartPoint.At(point.Across, point.Up))]) { IsMarked = true, Look = systems.IndexOf(line.Name) is >= 0 and var place ? place : null })
                .Where(line => line.Points.Count > 0),
        ];
        return lines.Length == 0 ? null : new Chart(curves.Title, curves.Across, curves.Up, lines) { Note = curves.Note };
    }
}
