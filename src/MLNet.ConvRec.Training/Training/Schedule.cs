namespace MLNet.ConvRec.Training;

/// <summary>Where a stage stands between its first and last step, in steps or in time, and the learning rate that follows.</summary>
/// <remarks>Without a time budget it depends on the step alone, so that equal seeds give equal weights.</remarks>
internal sealed class Schedule(int steps, double warmupRatio, double finalRatio, TimeSpan? budget, TimeProvider clock, TimeSpan earlier = default)
{
    private readonly long _start = clock.GetTimestamp();

    public int Steps { get; } = steps;

    /// <summary>How the rate goes on after the warm-up.</summary>
    public LearningRateSchedule Kind { get; init; }

    // With what the run took before it was stopped.
    public TimeSpan Elapsed => earlier + clock.GetElapsedTime(_start);

    /// <summary>The share that is done before step <paramref name="step"/> (0-based), 0 to 1.</summary>
    public double Fraction(int step)
    {
        var bySteps = Steps == 0 ? 1 : (double)step / Steps;
        return budget is { } limit ? Math.Min(1, Math.Max(bySteps, Elapsed / limit)) : bySteps;
    }

    /// <summary>Linear warm-up over the first share, then decay to the final share of the full rate, or none.</summary>
    public double Rate(double fullRate, double fraction)
    {
        if (fraction < warmupRatio)
            return fullRate * Math.Min(1, Math.Max(fraction, 0.5 / Math.Max(1, Steps)) / warmupRatio);
        var decayed = (fraction - warmupRatio) / Math.Max(1e-9, 1 - warmupRatio);
        return Kind switch
        {
            LearningRateSchedule.Linear => fullRate * (1 - (1 - finalRatio) * (fraction - warmupRatio) / Math.Max(1e-9, 1 - warmupRatio)),
            LearningRateSchedule.Cosine => fullRate * (finalRatio + ((1 - finalRatio) * (1 + Math.Cos(Math.PI * decayed)) / 2)),
            LearningRateSchedule.Constant => fullRate,
            _ => throw new InvalidOperationException($"There is no schedule {Kind}."),
        };
    }
}
