using MLNet.ConvRec.Training.Reports.Files;
using static System.FormattableString;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>What came out, in plain sentences; without an evaluation, what the validation dialogues said.</summary>
internal static class ConclusionSection
{
    public static Html Of(ReportFindings findings, IReadOnlyList<StageHistory> stages)
    {
        string[] validated = findings.Systems.Count > 0 ? [] : [.. stages.Select(Validated).OfType<string>()];
        var sentences = string.Join(' ', validated.Prepend(findings.Conclusion).Where(sentence => sentence.Length > 0));
        return sentences.Length == 0 ? Html.Empty : Html.Of($"<p class=\"conclusion\">{sentences}</p>\n");
    }

    private static string? Validated(StageHistory stage)
    {
        if (stage[MetricNames.ValidationNdcg].Points is not { Count: > 0 } looks || stage[MetricNames.ValidationNdcgAtStart].Points is not { Count: > 0 } start)
            return null;
        var (best, first) = (looks.MaxBy(look => look.Value), start[0].Value);
        return best.Value > first
            ? Invariant($"On the validation dialogues {stage.Stage} raised NDCG from {first:F4} to {best.Value:F4} (at step {best.Step}).")
            : Invariant($"On the validation dialogues {stage.Stage} raised nothing: NDCG was {first:F4} at its start and at most {best.Value:F4} later.");
    }
}
