namespace MLNet.ConvRec.Training.Reports;

/// <summary>A measure at the steps that have it, in their order.</summary>
internal sealed class MetricSeries
{
    private readonly List<(int Step, double Value)> _points = [];

    /// <summary>The measure at its steps; what is no number is not among them.</summary>
    public IReadOnlyList<(int Step, double Value)> Points => _points;

    /// <summary>The sum over all steps.</summary>
    public double Sum => _points.Sum(point => point.Value);

    public void Add(int step, double value)
    {
        if (double.IsFinite(value))
            _points.Add((step, value));
    }

    /// <summary>Returns the mean of the first steps that have the measure, or of the last.</summary>
    public double Mean(int most, bool isOfLast) => (isOfLast ? _points.TakeLast(most) : _points.Take(most)).Average(point => point.Value);

    /// <summary>Returns at most this many spans of neighbouring steps: all steps of a short run, one by one.</summary>
    public StepSpan[] Thinned(int most)
    {
        var size = Math.Max(1, (_points.Count + most - 1) / most);
        return [.. _points.Chunk(size).Select(StepSpan.Of)];
    }
}

/// <summary>Some neighbouring steps as one point of a plot.</summary>
/// <param name="Step">The middle of their steps.</param>
/// <param name="Mean">The mean of the measure.</param>
/// <param name="Lowest">Its lowest value.</param>
/// <param name="Highest">Its highest.</param>
internal readonly record struct StepSpan(double Step, double Mean, double Lowest, double Highest)
{
    public static StepSpan Of((int Step, double Value)[] points) => new(
        points.Average(point => (double)point.Step),
        points.Average(point => point.Value),
        points.Min(point => point.Value),
        points.Max(point => point.Value));
}
