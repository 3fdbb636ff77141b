using MLNet.ConvRec.Training;
using Spectre.Console;

namespace MLNet.ConvRec.Tool.Terminal;

/// <summary>Shows training while it runs: a bar in a terminal, lines anywhere else.</summary>
internal static class TrainingDisplay
{
    /// <summary>Shows the progress of work.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="work">The work; reports from one thread at a time.</param>
    /// <returns>What the work returns.</returns>
    public static T Show<T>(TextWriter output, Func<IProgress<TrainingProgress>, T> work)
    {
        if (TerminalOutput.Is(output))
            return BarProgress.Show(AnsiConsole.Console, work);
        var lines = new LineProgress(output, TimeProvider.System);
        var result = work(lines);
        lines.Finish();
        return result;
    }

    /// <summary>Returns what a report measures, in words.</summary>
    /// <param name="progress">The report.</param>
    /// <param name="look">The newest report that looked at the validation set; <see langword="null"/> for none.</param>
    public static string Text(TrainingProgress progress, TrainingProgress? look)
    {
        var reward = (progress.Rollouts?.Reward ?? progress.Reward) is { } earned ? $"  reward {earned:F4}" : "";
        var loss = look?.ValidationLoss is { } nats ? $"  valid loss {nats:F4}" : "";
        var valid = look?.ValidationNdcg is { } ndcg ? $"  valid ndcg {ndcg:F4} ({look.ValidationNdcgAtStart:F4} at the start)" : "";
        return $"loss {progress.Loss:F4}{reward}{loss}{valid}";
    }

    /// <summary>Returns a warning in words.</summary>
    public static string Text(TrainingProgress progress, TrainingWarning warning) =>
        $"Warning, {progress.Stage} step {progress.Step}, {warning.Kind}: {warning.Message}";

    /// <summary>Returns whether a report looked at the validation set.</summary>
    public static bool IsLook(TrainingProgress progress) => progress is { ValidationNdcg: not null } or { ValidationLoss: not null };
}
