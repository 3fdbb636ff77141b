namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>A plot of the report.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Across">The horizontal axis with its unit.</param>
/// <param name="Up">The vertical axis with its unit.</param>
/// <param name="Lines">The lines, at least one; the first is drawn in the first colour.</param>
internal sealed record Chart(string Title, string Across, string Up, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>A sentence on what to see in it; empty for none.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether the vertical axis begins at 0.</summary>
    public bool IsFromZero { get; init; }
}

/// <summary>A line of a plot.</summary>
/// <param name="Name">What it is, for the legend.</param>
/// <param name="Points">Its points; a gap for none.</param>
internal sealed record ChartLine(string Name, IReadOnlyList<ChartPoint> Points)
{
    /// <summary>Whether each point is marked: where they are few.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Chooses colour and mark, so that a system has the same in all plots; <see langword="null"/>: the line's place in the plot does.</summary>
    public int? Look { get; init; }
}

/// <summary>A point of a line, and the span around it.</summary>
/// <param name="Across">Where it is on the horizontal axis.</param>
/// <param name="Up">Where it is on the vertical axis.</param>
/// <param name="Low">The lower edge of the span; equal to <paramref name="Up"/> for none.</param>
/// <param name="High">The upper edge.</param>
internal readonly record struct ChartPoint(double Across, double Up, double Low, double High)
{
    /// <summary>A point without a span.</summary>
    public static ChartPoint At(double across, double up) => new(across, up, up, up);
}
