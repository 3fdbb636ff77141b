using MLNet.ConvRec.Training.Reports.Files;
using static System.FormattableString;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>A stage's few numbers that matter.</summary>
internal static class HeadlineSection
{
    // A step's reward is noisy; the mean of some is less so.
    private const int Steps = 10;

    public static Html Of(StageHistory stage) => Html.Of($"""
        <dl class="numbers">{Html.Join(Numbers(stage))}</dl>

        """);

    private static IEnumerable<Html> Numbers(StageHistory stage)
    {
        yield return Number("Steps", stage.LastStep == stage.PlannedSteps ? Invariant($"{stage.LastStep:N0}") : Invariant($"{stage.LastStep:N0} of {stage.PlannedSteps:N0}"), "");
        yield return Number("Time", NumberText.Time(stage.Elapsed), $"{NumberText.Time(stage.Elapsed / Math.Max(1, stage.LastStep))} a step");
        if (stage[MetricNames.ValidationNdcg].Points is { Count: > 0 } looks)
            yield return Validation(stage, looks);
        else if (stage[MetricNames.ValidationNdcgAtStart].Points is { Count: > 0 } start)
            yield return Number("Validation NDCG", Invariant($"{start[0].Value:F4}"), "at the start");
        if (stage[MetricNames.ValidationLoss].Points is { Count: > 0 } losses)
        {
            var best = losses.MinBy(look => look.Value);
            yield return Number("Validation loss", Invariant($"{losses[0].Value:F3} → {losses[^1].Value:F3}"), Invariant($"best {best.Value:F3} at step {best.Step}"));
        }

        foreach (var (name, metric) in stage.IsImitation ? Imitation : Reinforcement)
        {
            if (stage[metric] is { Points.Count: > 0 } series)
                yield return FirstToLast(name, series);
        }
    }

    private static readonly (string, string)[] Imitation = [("Loss, nats", MetricNames.Loss)];
    private static readonly (string, string)[] Reinforcement = [("Reward of a list", MetricNames.Reward), ("True items found", MetricNames.Recall)];

    private static Html Validation(StageHistory stage, IReadOnlyList<(int Step, double Value)> looks)
    {
        var best = looks.MaxBy(look => look.Value);
        var start = stage[MetricNames.ValidationNdcgAtStart].Points;
        var first = start.Count > 0 ? start[0].Value : looks[0].Value;
        var bestText = best.Value > first ? Invariant($"best {best.Value:F4} at step {best.Step}") : "best at the start, whose weights are kept";
        return Number("Validation NDCG", Invariant($"{first:F4} → {looks[^1].Value:F4}"), bestText);
    }

    private static Html FirstToLast(string name, MetricSeries series)
    {
        var most = Math.Min(Steps, Math.Max(1, series.Points.Count / 2));
        return Number(
            name,
            Invariant($"{series.Mean(most, isOfLast: false):F3} → {series.Mean(most, isOfLast: true):F3}"),
            most == 1 ? "first and last step" : $"means of the first and last {most} steps");
    }

    private static Html Number(string name, string value, string note) => Html.Of($"<div><dt>{name}</dt><dd>{value}</dd><dd class=\"muted\">{note}</dd></div>");
}
