namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>A stage's plots.</summary>
internal static class PlotSection
{
    // A stage has fewer plots than this, so that each plot of the page has its own number.
    private const int PlotsOfAStage = 100;

    public static Html Of(StageHistory stage, int place)
    {
        Chart[] charts = [.. StageCharts.Of(stage)];
        try
        {
            return Html.Of($"<div class=\"plots\">{Html.Join(charts.Select((chart, i) => Figure(chart, (place * PlotsOfAStage) + i)))}</div>\n");
        }
        catch (TypeInitializationException problem) when (problem.InnerException is DllNotFoundException missing)
        {
            return WithoutPlots(missing);
        }
        catch (DllNotFoundException missing)
        {
            return WithoutPlots(missing);
        }
    }

    // The plots' library is native; without it days of training must not end without a report.
    private static Html WithoutPlots(DllNotFoundException missing) =>
        Html.Of($"<p class=\"warnings\">There are no plots, since SkiaSharp could not be loaded ({missing.Message}); TensorBoard shows the same numbers.</p>\n");

    private static Html Figure(Chart chart, int number) => Html.Of($"""
        <figure aria-label="{chart.Title}">
        <figcaption><b>{chart.Title}</b>{Legend(chart)}</figcaption>
        {Html.Trusted(ChartDrawing.Draw(chart, number))}
        {(chart.Note.Length > 0 ? Html.Of($"<p class=\"muted\">{chart.Note}</p>") : Html.Empty)}</figure>

        """);

    private static Html Legend(Chart chart) => chart.Lines.Count < 2
        ? Html.Empty
        : Html.Join(chart.Lines.Select((line, place) => Html.Of($" <span class=\"key\"><i style=\"background:var(--line{(place % ChartDrawing.Colors) + 1})\"></i>{line.Name}</span>")));
}
