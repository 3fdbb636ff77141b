namespace MLNet.ConvRec.Training.Reports;

/// <summary>A plot of curves that a report is given.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Across">The horizontal axis with its unit.</param>
/// <param name="Up">The vertical axis with its unit.</param>
/// <param name="Lines">Its lines; one without a point is left out, and so is a plot without a line.</param>
public sealed record ReportCurves(string Title, string Across, string Up, IReadOnlyList<ReportCurve> Lines)
{
    /// <summary>A sentence on what to see in it. The default is nothing.</summary>
    public string Note { get; init; } = "";
}

/// <summary>A line of such a plot.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Points">Its points, from left to right.</param>
public sealed record ReportCurve(string Name, IReadOnlyList<ReportPoint> Points);

/// <summary>A point of a line.</summary>
/// <param name="Across">Where it is on the horizontal axis.</param>
/// <param name="Up">Where it is on the vertical axis.</param>
public readonly record struct ReportPoint(double Across, double Up);
