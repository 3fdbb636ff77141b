using MLNet.ConvRec.Training.Reports.Files;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>Where a stage's time went.</summary>
internal static class TimeSection
{
    private const double LeastShown = 0.001;

    private static readonly (string Name, string Metric)[] Phases =
    [
        ("Rollouts", MetricNames.RolloutsTime),
        ("Updates", MetricNames.UpdateTime),
        ("Validation", MetricNames.ValidationTime),
    ];

    public static Html Of(StageHistory stage)
    {
        var all = stage[MetricNames.StepTime].Sum;
        if (all <= 0)
            return Html.Empty;
        var parts = Phases.Select(phase => (phase.Name, Seconds: stage[phase.Metric].Sum)).ToList();
        parts.Add(("All else", Math.Max(0, all - parts.Sum(part => part.Seconds))));
        var shown = parts.Where(part => part.Seconds >= LeastShown * all).ToArray();
        return Html.Of($"""
            <h3>Where the time went</h3>
            <table class="times">{Html.Join(shown.Select(part => Row(part.Name, part.Seconds, all)))}</table>

            """);
    }

    private static Html Row(string name, double seconds, double all) => Html.Of(
        $"<tr><th scope=\"row\">{name}</th><td>{NumberText.Time(TimeSpan.FromSeconds(seconds))}</td><td>{NumberText.Percent(seconds / all)}</td><td class=\"bar\"><i style=\"width:{100 * seconds / all:0.#}%\"></i></td></tr>");
}
