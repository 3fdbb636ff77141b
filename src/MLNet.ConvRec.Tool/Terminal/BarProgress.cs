using MLNet.ConvRec.Training;
using Spectre.Console;

namespace MLNet.ConvRec.Tool.Terminal;

/// <summary>Progress for a terminal: a bar, which stays when the stage ends.</summary>
internal sealed class BarProgress : IProgress<TrainingProgress>
{
    private readonly IAnsiConsole _console;
    private readonly ProgressTask _bar;
    private TrainingProgress? _look;

    private BarProgress(IAnsiConsole console, ProgressTask bar) => (_console, _bar) = (console, bar);

    /// <summary>Shows a bar while the work runs.</summary>
    public static T Show<T>(IAnsiConsole console, Func<IProgress<TrainingProgress>, T> work) => console.Progress()
        .Columns(
            new ProgressBarColumn { Width = 24 },
            new PercentageColumn(),
            new ElapsedTimeColumn(),
            new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context =>
        {
            var bar = context.AddTask("…", maxValue: 1);
            var result = work(new BarProgress(console, bar));

            // A stage may end before its last step, when its budget is spent; then its bar stops where it is.
            bar.StopTask();
            return result;
        });

    public void Report(TrainingProgress value)
    {
        _look = TrainingDisplay.IsLook(value) ? value : _look;
        foreach (var warning in value.Warnings)
            _console.MarkupLineInterpolated($"[yellow]{TrainingDisplay.Text(value, warning)}[/]");
        _bar.Value = value.Fraction;
        _bar.Description = $"{value.Stage}  step {value.Step}  [grey]{TrainingDisplay.Text(value, _look)}[/]";
    }
}
