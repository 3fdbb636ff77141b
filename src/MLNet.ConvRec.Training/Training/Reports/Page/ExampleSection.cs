using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>Dialogues to read, the lists for them, and where the hits come from.</summary>
internal static class ExampleSection
{
    public static Html Of(ReportFindings findings) => findings.Examples.Count == 0 ? Html.Empty : Html.Of($"""
        <section class="part">
        <h2>Examples</h2>
        <p class="muted">{(findings.ExampleChoice.Length > 0 ? $"{findings.ExampleChoice} " : "")}✓ marks a line that names an item which was really chosen.</p>
        {Html.Join(findings.Examples.Select(Example))}</section>

        """);

    // The first is open: a reader need not know that the others can be opened.
    private static Html Example(ReportExample example, int place) => Html.Of($"""
        <details{Html.Trusted(place == 0 ? " open" : "")}><summary>{example.Dialogue.Id} <span class="muted">really chosen: {string.Join(", ", example.Dialogue.GroundTruth)}</span></summary>
        <div class="dialogue">{Html.Join(example.Dialogue.Turns.Select(Said))}</div>
        <div class="lists">{Html.Join(example.Lists.Select(List))}</div>
        </details>

        """);

    private static Html Said(Turn turn) => Html.Of($"<p><b>{(turn.Role == Role.User ? "seeker" : "assistant")}</b> {turn.Text}</p>");

    private static Html List(ReportList list) => Html.Of(
        $"<div><h3>{list.System} <span class=\"muted\">{Count(list)}</span></h3><ol>{Html.Join(list.Lines.Select(Line))}</ol></div>");

    private static string Count(ReportList list) => list.Lines.Count(line => line.IsHit) switch { 0 => "no hit", 1 => "1 hit", var hits => FormattableString.Invariant($"{hits} hits") };

    private static Html Line(ReportLine line)
    {
        var why = line.Why.Length > 0 ? Html.Of($"<br><span class=\"muted\">{line.Why}</span>") : Html.Empty;
        return line.IsHit
            ? Html.Of($"<li value=\"{line.Rank}\" class=\"hit\">✓ {line.Text}{why}</li>")
            : Html.Of($"<li value=\"{line.Rank}\">{line.Text}{why}</li>");
    }
}
