namespace MLNet.ConvRec.Tool.Train;

/// <summary>The wall time of a run, and what is left of it.</summary>
internal sealed class RunBudget(double? minutes, TimeProvider clock)
{
    // The rest is reinforcement's, which begins from whatever imitation has reached.
    private const double SftShare = 0.65;

    // A stage ends with the step that it is in, a last look at the validation set, and the model's export.
    private const double LastStageShare = 0.9;

    private readonly long _began = clock.GetTimestamp();

    /// <summary>The time since the run began.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_began);

    /// <summary>Returns what imitation may take of the rest; <see langword="null"/> for as long as it needs.</summary>
    /// <param name="isLast">Whether no reinforcement follows.</param>
    /// <exception cref="ArgumentException">Nothing is left.</exception>
    public TimeSpan? ForSft(bool isLast) => Left() * (isLast ? LastStageShare : SftShare);

    /// <summary>Returns what reinforcement may take of the rest; <see langword="null"/> for as long as it needs.</summary>
    /// <exception cref="ArgumentException">Nothing is left.</exception>
    public TimeSpan? ForRankGrpo() => Left() * LastStageShare;

    private TimeSpan? Left()
    {
        if (minutes is not { } limit)
            return null;
        var left = TimeSpan.FromMinutes(limit) - Elapsed;
        return left > TimeSpan.Zero
            ? left
            : throw new ArgumentException(
                $"--budget {limit} is spent after {Elapsed.TotalMinutes:F1} minutes with a stage still to come; raise it.");
    }
}
