namespace MLNet.ConvRec.Training.Reports;

/// <summary>A row of a report's table.</summary>
/// <param name="Name">The system's name.</param>
/// <param name="Metrics">Its metrics by name, in the order of the columns; the first decides which system is best.</param>
public sealed record ReportSystem(string Name, IReadOnlyList<KeyValuePair<string, ReportValue>> Metrics)
{
    /// <summary>What it is, in a few plain words. The default is nothing.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether it stands in the table to compare with and is never marked as the best. The default is <see langword="false"/>.</summary>
    public bool IsReference { get; init; }

    /// <summary>By depth k the share, from 0 to 1, of the true items among the first k lines; k rising. The default is none.</summary>
    public IReadOnlyList<ReportPoint> RecallByDepth { get; init; } = [];

    /// <summary>
    /// How high the true items stand that a list holds at all: the mean of their discounted gain over what it would be with all of them on top, from 0 to 1;
    /// <see langword="null"/> where it is unknown.
    /// </summary>
    public double? FoundOrder { get; init; }
}

/// <summary>A mean and the interval around it.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Low">The interval's lower end; <see langword="null"/> without one.</param>
/// <param name="High">The interval's upper end; <see langword="null"/> without one.</param>
public sealed record ReportValue(double Mean, double? Low = null, double? High = null);
