using MLNet.ConvRec.Training;
using Spectre.Console;

namespace MLNet.ConvRec.Tool.Terminal;

/// <summary>Progress for a terminal: a bar, which stays when the stage ends.</summary>
internal sealed class BarProgress : IProgress<TrainingProgress>
{
    private readonly ProgressTask _bar;
    private double? _validation;

    private BarProgress(ProgressTask bar) => _bar = bar;

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
            var result = work(new BarProgress(bar));

            // A stage may end before its last step, when its budget is spent; then its bar stops where it is.
            bar.StopTask();
            return result;
        });

    public void Report(TrainingProgress value)
    {
        _validation = value.ValidationNdcg ?? _validation;
        _bar.Value = value.Fraction;
        _bar.Description = $"{value.Stage}  step {value.Step}  [grey]{TrainingDisplay.Text(value, _validation)}[/]";
    }
}
