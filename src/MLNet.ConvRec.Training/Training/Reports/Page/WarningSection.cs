namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>What to look at, before all else.</summary>
internal static class WarningSection
{
    public static Html Of(IReadOnlyList<StageHistory> stages, string stopped)
    {
        var end = stopped.Length > 0 ? new[] { Html.Of($"<li><b>stopped</b><br>{stopped}</li>") } : [];
        Html[] warnings = [.. end, .. stages.SelectMany(stage => stage.Warnings.Select(warning => One(stage.Stage, warning)))];
        return warnings.Length == 0 ? Html.Empty : Html.Of($"""
            <section class="warnings">
            <h2>What to look at</h2>
            <ul>{Html.Join(warnings)}</ul>
            </section>

            """);
    }

    private static Html One(string stage, StageWarning warning)
    {
        var when = warning.FirstStep == warning.LastStep
            ? $"step {warning.FirstStep}"
            : $"{warning.Count} times, steps {warning.FirstStep} to {warning.LastStep}";
        return Html.Of($"<li><b>{warning.Kind}</b> <span class=\"muted\">{stage}, {when}</span><br>{warning.Message}</li>");
    }
}
