using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Terminal;

/// <summary>Tells which warnings to show: a kind when it comes up, and now and then while it lasts; the report counts them all.</summary>
internal sealed class NewWarnings
{
    private const int Interval = 100;
    private readonly Dictionary<(string Stage, string Kind), int> _shownAt = [];

    /// <summary>Returns the sentences to show for a step.</summary>
    public IReadOnlyList<string> Of(TrainingProgress progress)
    {
        List<string> shown = [];
        foreach (var warning in progress.Warnings)
        {
            if (_shownAt.TryGetValue((progress.Stage, warning.Kind), out var step) && progress.Step < step + Interval)
                continue;
            _shownAt[(progress.Stage, warning.Kind)] = progress.Step;
            shown.Add($"Warning, {progress.Stage} step {progress.Step}, {warning.Kind}: {warning.Message}");
        }

        return shown;
    }
}
