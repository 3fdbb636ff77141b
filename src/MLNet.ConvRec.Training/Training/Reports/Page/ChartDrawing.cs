using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>Draws plots as SVG that takes its colours and letters from the page.</summary>
/// <remarks>ScottPlot draws all but the text: Skia would place each letter for the fonts of this machine, and the reader's has others.</remarks>
internal static partial class ChartDrawing
{
    // Marks are fewer than colours: lines that share a colour have marks of their own.
    private const int Colors = 7;
    private static readonly (MarkerShape Shape, string Text)[] Marks =
        [(MarkerShape.FilledCircle, "●"), (MarkerShape.FilledSquare, "■"), (MarkerShape.FilledTriangleUp, "▲"), (MarkerShape.FilledDiamond, "◆")];

    private const int Width = 400, Height = 236;

    // Colours that stand for the page's: a line's own, and those of grid and frame.
    private const string LineColor = "#A0000", GridColor = "#B00001", FrameColor = "#B00002";

    // Left, right, bottom, top: room for the text.
    private static readonly PixelPadding Room = new(70, 24, 40, 8);

    /// <summary>Returns the colour of a line by its look, as the page names it.</summary>
    public static string ColorOf(int look) => FormattableString.Invariant($"var(--line{(look % Colors) + 1})");

    /// <summary>Returns the mark of a line's points by its look, as a letter.</summary>
    public static string MarkOf(int look) => Marks[look % Marks.Length].Text;

    /// <summary>Draws a plot.</summary>
    /// <param name="chart">The plot.</param>
    /// <param name="number">Tells its names from those of the page's other plots.</param>
    public static string Draw(Chart chart, int number)
    {
        using var plot = new Plot();
        plot.FigureBackground.Color = plot.DataBackground.Color = ScottPlot.Colors.Transparent;
        plot.Layout.Fixed(Room);
        plot.Grid.MajorLineColor = Color.FromHex(GridColor);
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.IsVisible = false;
            axis.FrameLineStyle.Color = axis.MajorTickStyle.Color = axis.MinorTickStyle.Color = Color.FromHex(FrameColor);
            axis.MinorTickStyle.Length = 0;
        }

        plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
        for (var line = 0; line < chart.Lines.Count; line++)
            Add(plot, chart.Lines[line], chart.Lines[line].Look ?? line);
        SetLimits(plot, chart);
        var svg = plot.GetSvgXml(Width, Height);
        return OnThePage(svg, number, chart).Replace("</svg>", $"{Texts(plot, chart)}</svg>", StringComparison.Ordinal);
    }

    private static void Add(Plot plot, ChartLine line, int look)
    {
        var color = Color.FromHex($"{LineColor}{(look % Colors) + 1}");
        double[] across = [.. line.Points.Select(point => point.Across)];
        if (line.Points.Any(point => point.High > point.Low))
        {
            var span = plot.Add.FillY(across, [.. line.Points.Select(point => point.Low)], [.. line.Points.Select(point => point.High)]);
            (span.FillColor, span.LineWidth) = (color.WithAlpha(0.22), 0);
        }

        var drawn = plot.Add.Scatter(across, line.Points.Select(point => point.Up).ToArray(), color);
        drawn.LineWidth = 1.8f;
        drawn.MarkerShape = Marks[look % Marks.Length].Shape;
        drawn.MarkerSize = line.IsMarked || line.Points.Count == 1 ? 6 : 0;
    }

    private static void SetLimits(Plot plot, Chart chart)
    {
        ChartPoint[] points = [.. chart.Lines.SelectMany(line => line.Points)];
        var (left, right) = (points.Min(point => point.Across), points.Max(point => point.Across));
        var (low, high) = (points.Min(point => point.Low), points.Max(point => point.High));
        low = chart.IsFromZero ? Math.Min(low, 0) : low;

        // A flat line runs through the middle, or along the bottom.
        var room = high > low ? 0.06 * (high - low) : high != 0 ? Math.Abs(high) / 2 : 1;
        plot.Axes.SetLimitsX(left - Aside(left, right), right + Aside(left, right));
        plot.Axes.SetLimitsY(chart.IsFromZero && low == 0 ? 0 : low - room, high + room);

        static double Aside(double left, double right) => right > left ? 0.015 * (right - left) : 1;
    }

    private static string Texts(Plot plot, Chart chart)
    {
        var area = plot.LastRender.DataRect;
        var texts = new StringBuilder();
        foreach (var place in Major(plot.Axes.Bottom).Where(double.IsInteger))
            Add(plot.Axes.Bottom.GetPixel(place, area), area.Bottom + 16, "middle", place.ToString("#,0", CultureInfo.InvariantCulture));
        foreach (var place in Major(plot.Axes.Left))
            Add(area.Left - 7, plot.Axes.Left.GetPixel(place, area) + 4, "end", NumberText.Short(place));
        Add((area.Left + area.Right) / 2, Height - 6, "middle", chart.Across);
        Add(0, 0, "middle", chart.Up, string.Create(CultureInfo.InvariantCulture, $" transform=\"translate(11 {(area.Top + area.Bottom) / 2:0.#}) rotate(-90)\""));
        return texts.ToString();

        void Add(double x, double y, string anchor, string text, string transform = "") =>
            texts.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\"{transform}>{Html.Of($"{text}")}</text>");
    }

    private static IEnumerable<double> Major(IAxis axis) =>
        axis.TickGenerator.Ticks.Where(tick => tick.IsMajor && axis.Range.Contains(tick.Position)).Select(tick => tick.Position);

    // Names, which Skia counts on from drawing to drawing, must not meet those of the page's other plots, and stand-in colours become the page's.
    private static string OnThePage(string svg, int number, Chart chart)
    {
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
        svg = OuterTag().Replace(svg, _ => $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-labelledby=\"plot{number}_title plot{number}_desc\">{Said(chart, number)}", 1);
        var names = new Dictionary<string, string>();
        svg = ClipName().Replace(svg, name => names.TryGetValue(name.Value, out var ours) ? ours : names[name.Value] = $"plot{number}_{names.Count}");
        svg = svg.Replace($"\"{GridColor}\"", "\"var(--grid)\"", StringComparison.OrdinalIgnoreCase)
            .Replace($"\"{FrameColor}\"", "\"var(--muted)\"", StringComparison.OrdinalIgnoreCase);
        for (var color = 1; color <= Colors; color++)
            svg = svg.Replace($"\"{LineColor}{color}\"", $"\"{ColorOf(color - 1)}\"", StringComparison.OrdinalIgnoreCase);
        return BetweenTags().Replace(svg, "><").Trim();
    }

    // For readers who hear the page: what is drawn, and where each line begins and ends.
    private static Html Said(Chart chart, int number)
    {
        var lines = chart.Lines.Select(line => $"{line.Name}: from {NumberText.Short(line.Points[0].Up)} to {NumberText.Short(line.Points[^1].Up)}");
        return Html.Of($"<title id=\"plot{number}_title\">{chart.Title}</title><desc id=\"plot{number}_desc\">{chart.Up} by {chart.Across}. {string.Join("; ", lines)}</desc>");
    }

    [GeneratedRegex("(?<=[\"#])cl_[0-9a-f]+")]
    private static partial Regex ClipName();

    [GeneratedRegex("<svg[^>]*>")]
    private static partial Regex OuterTag();

    [GeneratedRegex(@">\s+<")]
    private static partial Regex BetweenTags();
}
