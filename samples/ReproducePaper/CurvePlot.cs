using ScottPlot;

namespace ReproducePaper;

/// <summary>A plot of a value by share of the run, a line a method.</summary>
internal static class CurvePlot
{
    private const int Width = 760, Height = 420;

    /// <summary>Draws the plot as SVG.</summary>
    /// <param name="title">What is measured.</param>
    /// <param name="curves">By method its values, evenly spaced over the run; those without any are left out.</param>
    /// <param name="beginsAtStart">Whether the first value was measured before the first step; otherwise values are means over parts of the run.</param>
    public static string Draw(string title, IEnumerable<(string Name, IReadOnlyList<double> Values)> curves, bool beginsAtStart)
    {
        using var plot = new Plot();
        plot.Title(title);
        plot.XLabel("share of the run, %");
        foreach (var (name, values) in curves.Where(curve => curve.Values.Count > 1))
        {
            var line = plot.Add.Scatter([.. values.Select((_, index) => 100 * Place(index, values.Count))], values.ToArray());
            line.LegendText = name;
            line.LineWidth = 2;
        }

        plot.ShowLegend(Edge.Right);
        return plot.GetSvgXml(Width, Height);

        double Place(int index, int count) => beginsAtStart ? (double)index / (count - 1) : (index + 0.5) / count;
    }
}
