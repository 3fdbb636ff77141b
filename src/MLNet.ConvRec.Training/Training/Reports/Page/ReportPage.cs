using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Training.Reports.Files;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>Writes <c>report.html</c>: one file, which asks nobody for anything.</summary>
internal static class ReportPage
{
    private static readonly ReportFindings Nothing = new();

    /// <summary>Writes the report of what is in the run's folder.</summary>
    /// <exception cref="InvalidDataException">A file of the run can't be read; the sentence names it.</exception>
    public static void Write(RunFiles files, RunDescription description)
    {
        var stages = StageHistory.Read(files.Metrics);
        var findings = description.Findings ?? Nothing;

        // The options of a stage that made no step tell nothing of the run; of a stage that was told twice the last holds.
        StageOptions[] options = [.. stages.Select(stage => description.Options.LastOrDefault(each => each.Stage == stage.Stage)).OfType<StageOptions>()];
        var page = Page(files.Name, $"{Summary(stages)}; ended {FormattableString.Invariant($"{description.Ended:yyyy-MM-dd HH:mm}")} UTC", Html.Of($"""
            {WarningSection.Of(stages, description.Stopped)}{ConclusionSection.Of(findings, stages)}{Found(findings, stages.Count)}{Html.Join(stages.Select((stage, place) => Section(files, stage, place)))}{RunSection.Of(description.Facts, options)}
            """));
        AtomicFile.WriteText(files.Report, text => text.Write(page.ToString()));
    }

    /// <summary>Writes the report of findings alone.</summary>
    public static void Write(string path, string title, ReportFindings findings, IReadOnlyList<KeyValuePair<string, string>> facts)
    {
        var page = Page(title, "", Html.Of($"{ConclusionSection.Of(findings, [])}{Found(findings, 0)}{RunSection.Of(facts, [])}"));
        AtomicFile.WriteText(path, text => text.Write(page.ToString()));
    }

    private static Html Page(string title, string about, Html parts) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title}: report</title>
        <style>
        {Html.Trusted(Style())}</style>
        </head>
        <body>
        <header>
        <h1>{title}</h1>
        {(about.Length > 0 ? Html.Of($"<p class=\"muted\">{about}</p>\n") : Html.Empty)}</header>
        <main>
        {parts}</main>
        </body>
        </html>

        """);

    private static string Summary(IReadOnlyList<StageHistory> stages) => stages.Count == 0
        ? "No step was made"
        : string.Join(", ", stages.Select(stage => FormattableString.Invariant($"{stage.Stage} {stage.LastStep:N0} steps in {NumberText.Time(stage.Elapsed)}")));

    // What a reader came for, before how the training went.
    private static Html Found(ReportFindings findings, int place) => Html.Of(
        $"{SystemSection.Of(findings)}{LadderSection.Of(findings)}{FoundSection.Of(findings, PlotSection.FirstNumber(place))}{ExampleSection.Of(findings)}{CurveSection.Of(findings, PlotSection.FirstNumber(place + 1))}");

    private static Html Section(RunFiles files, StageHistory stage, int place) => Html.Of($"""
        <section class="part">
        <h2>{(stage.IsImitation ? "Imitation" : "Reinforcement")} <span class="muted">{stage.Stage}</span></h2>
        {HeadlineSection.Of(stage)}{PlotSection.Of(StageCharts.Of(stage), PlotSection.FirstNumber(place))}{TimeSection.Of(stage)}{CompletionSection.Of(files.Completions, stage.Stage)}</section>

        """);

    private static string Style()
    {
        using var text = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!);
        return text.ReadToEnd().ReplaceLineEndings("\n");
    }
}
