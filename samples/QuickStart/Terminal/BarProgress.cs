using Spectre.Console;

namespace QuickStart.Terminal;

/// <summary>Progress for a terminal: a bar per stage, which stays when the stage ends.</summary>
internal sealed class BarProgress : IProgress<TrainingProgress>
{
    private readonly ProgressContext _context;
    private ProgressTask? _task;
    private string? _stage;

    private BarProgress(ProgressContext context) => _context = context;

    /// <summary>Shows bars while the work runs.</summary>
    public static T Show<T>(IAnsiConsole console, Func<IProgress<TrainingProgress>, T> work) =>
        console.Progress()
            .Columns(
                new ProgressBarColumn { Width = 24 },
                new PercentageColumn(),
                new ElapsedTimeColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var progress = new BarProgress(context);
                var result = work(progress);
                progress.EndStage();
                return result;
            });

    public void Report(TrainingProgress value)
    {
        if (_task is not { } task || _stage != value.Stage)
        {
            EndStage();
            _stage = value.Stage;
            _task = task = _context.AddTask(Markup.Escape(value.Stage));
        }

        task.IsIndeterminate = value.Steps == 0;
        task.MaxValue = Math.Max(1, value.Steps);
        task.Value = value.Step;
        task.Description = $"{Markup.Escape(value.Stage)}  [grey]{Markup.Escape(value.Text)}[/]";
    }

    // A stage may end early, for example when its budget is spent; then its bar stops where it is.
    private void EndStage() => _task?.StopTask();
}
