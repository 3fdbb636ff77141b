using Spectre.Console;

namespace QuickStart.Terminal;

/// <summary>Progress for a log file: a line when a stage begins, one every ten seconds, and one at its end.</summary>
internal sealed class LineProgress(IAnsiConsole console, TimeProvider clock) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private string? _stage;
    private long _stageBegan;
    private long _lastLine;

    public void Report(TrainingProgress value)
    {
        var now = clock.GetTimestamp();
        var begins = value.Stage != _stage;
        if (begins)
            (_stage, _stageBegan) = (value.Stage, now);
        var ends = value.Steps > 0 && value.Step >= value.Steps;
        if (!begins && !ends && clock.GetElapsedTime(_lastLine, now) < Interval)
            return;
        _lastLine = now;
        var elapsed = clock.GetElapsedTime(_stageBegan, now);
        console.WriteLine($"  {value.Stage,-14} {Done(value),12}  {elapsed:m\\:ss}  {value.Text}".TrimEnd());
    }

    private static string Done(TrainingProgress value) => value.Steps > 0 ? $"{value.Step}/{value.Steps}" : $"{value.Step}";
}
