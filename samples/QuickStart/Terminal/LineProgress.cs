using Spectre.Console;

namespace QuickStart.Terminal;

/// <summary>Progress for a log file: a line when a stage begins, one every ten seconds, and one at its end.</summary>
internal sealed class LineProgress(IAnsiConsole console, TimeProvider clock) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private TrainingProgress? _last;
    private bool _isLastShown;
    private long _stageBegan;
    private long _lastLine;

    public void Report(TrainingProgress value)
    {
        var now = clock.GetTimestamp();
        var begins = value.Stage != _last?.Stage;
        if (begins)
        {
            Finish();
            _stageBegan = now;
        }

        _last = value;
        _isLastShown = begins || clock.GetElapsedTime(_lastLine, now) >= Interval;
        if (_isLastShown)
            Show(value, now);
    }

    /// <summary>Shows where the last stage ended.</summary>
    public void Finish()
    {
        if (_last is { } last && !_isLastShown)
            Show(last, clock.GetTimestamp());
        _isLastShown = true;
    }

    private void Show(TrainingProgress value, long now)
    {
        _lastLine = now;
        var elapsed = clock.GetElapsedTime(_stageBegan, now);
        console.WriteLine($"  {value.Stage,-14} {Done(value),12}  {(int)elapsed.TotalMinutes,3}:{elapsed:ss}  {value.Text}".TrimEnd());
    }

    private static string Done(TrainingProgress value) => value.Steps > 0 ? $"{value.Step}/{value.Steps}" : $"{value.Step}";
}
