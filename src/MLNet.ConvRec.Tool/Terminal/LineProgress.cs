using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Terminal;

/// <summary>Progress for a log file: the first report, one every ten seconds, and the last.</summary>
internal sealed class LineProgress(TextWriter output, TimeProvider clock) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private TrainingProgress? _last;
    private TrainingProgress? _look;
    private bool _isLastShown = true;
    private long _lastLine;

    public void Report(TrainingProgress value)
    {
        var isFirst = _last is null;
        _last = value;
        _look = TrainingDisplay.IsLook(value) ? value : _look;
        foreach (var warning in value.Warnings)
            output.WriteLine($"  {TrainingDisplay.Text(value, warning)}");
        _isLastShown = isFirst || clock.GetElapsedTime(_lastLine) >= Interval;
        if (_isLastShown)
            Show(value);
    }

    /// <summary>Shows where the stage ended.</summary>
    public void Finish()
    {
        if (_last is { } last && !_isLastShown)
            Show(last);
    }

    private void Show(TrainingProgress value)
    {
        _lastLine = clock.GetTimestamp();
        var time = $"{(int)value.Elapsed.TotalMinutes,3}:{value.Elapsed:ss}";
        var text = TrainingDisplay.Text(value, _look);
        output.WriteLine($"  {value.Stage,-9} {100 * value.Fraction,3:F0}% {time}  step {value.Step}  {text}");
    }
}
