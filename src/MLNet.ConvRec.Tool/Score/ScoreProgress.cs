namespace MLNet.ConvRec.Tool.Score;

/// <summary>Counts the scored dialogues, with a line every ten seconds.</summary>
internal sealed class ScoreProgress(TextWriter output, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly long _began = clock.GetTimestamp();
    private long _lastLine = clock.GetTimestamp();
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
        _count++;
        if (clock.GetElapsedTime(_lastLine) < Interval)
            return;
        _lastLine = clock.GetTimestamp();
        output.WriteLine($"  {Summary}");
    }
}
