using ScottPlot;

namespace ReproducePaper;

/// <summary>A plot of a value by share of the run, a line a method: its colour is the method's, its marks are open with two updates or more on each batch of rollouts.</summary>
internal static class CurvePlot
{
    private const int Width = 760, Height = 420;

    // Skia places each letter for a font of this machine; Verdana's letters are as wide as DejaVu's.
    private const string Font = "DejaVu Sans", Fonts = "DejaVu Sans, Verdana, sans-serif";

    private static readonly Dictionary<string, Color> Colors = Contender.Methods.Index().ToDictionary(method => method.Item, method => new ScottPlot.Palettes.Category10().GetColor(method.Index));

    /// <summary>Draws the plot as SVG.</summary>
    /// <param name="title">What is measured.</param>
    /// <param name="curves">By method its values, evenly spaced over the run; those without any are left out.</param>
    /// <param name="beginsAtStart">Whether the first value was measured before the first step; otherwise values are means over parts of the run.</param>
    public static string Draw(string title, IReadOnlyList<(Contender Contender, IReadOnlyList<double> Values)> curves, bool beginsAtStart)
    {
        using var plot = new Plot();
        plot.Title(title, 14);
        plot.XLabel("share of the run, %", 13);
        foreach (var (contender, values) in curves.Where(curve => curve.Values.Count > 1))
        {
            var line = plot.Add.Scatter([.. values.Select((_, index) => 100 * Place(index, values.Count, beginsAtStart))], values.ToArray(), Colors[contender.Method]);
            (line.LegendText, line.LineWidth, line.MarkerSize) = (contender.Name, 1.6f, 7);
            line.MarkerShape = contender.Updates > 1 ? MarkerShape.OpenSquare : MarkerShape.FilledCircle; // Skia's SVG has no dashes
            line.MarkerLineWidth = 1.6f;
        }

        plot.ShowLegend(Edge.Right);
        plot.Font.Set(Font);
        return plot.GetSvgXml(Width, Height).Replace($"\"{Font}\"", $"\"{Fonts}\"", StringComparison.Ordinal);
    }

    /// <summary>Returns where in the run, from 0 to 1, a value was measured.</summary>
    /// <param name="index">The value's index.</param>
    /// <param name="count">How many values there are, at least 2 where the first was measured at the start.</param>
    /// <param name="beginsAtStart">Whether the first was measured before the first step.</param>
    public static double Place(int index, int count, bool beginsAtStart) => beginsAtStart ? (double)index / (count - 1) : (index + 0.5) / count;
}
