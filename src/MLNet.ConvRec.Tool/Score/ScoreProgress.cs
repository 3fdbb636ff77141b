namespace MLNet.ConvRec.Tool.Score;

/// <summary>Counts the scored dialogues, with a line every ten seconds: how many, how fast, and, where it is known, how long it will take.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="clock">The time.</param>
/// <param name="shareRead">Which share of the input was read; <see langword="null"/> where its length is unknown.</param>
internal sealed class ScoreProgress(TextWriter output, TimeProvider clock, Func<double?> shareRead)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly long _began = clock.GetTimestamp();
    private long _lastLine = clock.GetTimestamp();
    private long _firstList;
    private double? _shareAtFirstList;
    private long _count;

    /// <summary>What was done: how many dialogues, how long it took and how many a second.</summary>
    public string Summary
    {
        get
        {
            var seconds = clock.GetElapsedTime(_began).TotalSeconds;
            return $"{_count:N0} dialogue{(_count == 1 ? "" : "s")} in {seconds:N1} s, {_count / Math.Max(seconds, 1e-3):N1} dialogues/s";
        }
    }

    /// <summary>Counts one more.</summary>
    public void Next()
    {
        if (_count++ == 0)
            (_firstList, _shareAtFirstList) = (clock.GetTimestamp(), shareRead());
        if (clock.GetElapsedTime(_lastLine) < Interval)
            return;
        _lastLine = clock.GetTimestamp();
        output.WriteLine($"  {Summary}{Outlook()}");
    }

    // From the first list on: a run that goes on passes over what is done in no time. At the end of the input a buffer of dialogues may
    // still wait, of which nothing is known.
    private string Outlook()
    {
        if (shareRead() is not { } share || _shareAtFirstList is not { } before || share >= 1)
            return "";
        var done = $", {share:P0} of the input read".Replace(" %", "%", StringComparison.Ordinal);
        return share > before ? $"{done}, about {Shown(clock.GetElapsedTime(_firstList) * ((1 - share) / (share - before)))} left" : done;
    }

    private static string Shown(TimeSpan time) => time switch
    {
        { TotalMinutes: < 2 } => $"{time.TotalSeconds:N0} s",
        { TotalHours: < 2 } => $"{time.TotalMinutes:N0} min",
        _ => $"{time.TotalHours:N1} h",
    };
}
