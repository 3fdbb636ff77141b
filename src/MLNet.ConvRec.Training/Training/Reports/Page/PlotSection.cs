namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>Plots side by side, as many as there is room for.</summary>
internal static class PlotSection
{
    // A part has fewer plots than this, so that each plot of the page has its own number.
    private const int PlotsOfAPart = 100;

    /// <summary>Returns the number of a part's first plot.</summary>
    public static int FirstNumber(int part) => part * PlotsOfAPart;

    /// <param name="charts">The plots.</param>
    /// <param name="number">The first one's number.</param>
    public static Html Of(IEnumerable<Chart> charts, int number) => Html.Of($"<div class=\"plots\">{Figures(charts, number)}</div>\n");

    /// <summary>Returns the plots without the box around them.</summary>
    public static Html Figures(IEnumerable<Chart> charts, int number)
    {
        try
        {
            return Html.Join(charts.Select((chart, place) => Figure(chart, number + place)));
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
        <figure>
        <figcaption><b>{chart.Title}</b>{Legend(chart)}</figcaption>
        {Html.Trusted(ChartDrawing.Draw(chart, number))}
        {(chart.Note.Length > 0 ? Html.Of($"<p class=\"muted\">{chart.Note}</p>") : Html.Empty)}</figure>

        """);

    private static Html Legend(Chart chart) => chart.Lines.Count < 2
        ? Html.Empty
        : Html.Join(chart.Lines.Select((line, place) => Html.Of($" <span class=\"key\">{Key(line, line.Look ?? place)}{line.Name}</span>")));

    private static Html Key(ChartLine line, int look)
    {
        var color = ChartDrawing.ColorOf(look);
        return line.IsMarked ? Html.Of($"<i class=\"mark\" style=\"color:{color}\">{ChartDrawing.MarkOf(look)}</i>") : Html.Of($"<i style=\"background:{color}\"></i>");
    }
}
