using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Reports.Files;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>Writes <c>report.html</c>: one file, which asks nobody for anything.</summary>
internal static class ReportPage
{
    /// <summary>Writes the report of what is in the run's folder.</summary>
    /// <exception cref="InvalidDataException">A file of the run can't be read; the sentence names it.</exception>
    public static void Write(RunFiles files, RunDescription description)
    {
        var page = Page(files, description, StageHistory.Read(files.Metrics));
        AtomicFile.WriteText(files.Report, text => text.Write(page.ToString()));
    }

    private static Html Page(RunFiles files, RunDescription description, IReadOnlyList<StageHistory> stages) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{files.Name}: training report</title>
        <style>
        {Html.Trusted(Style())}</style>
        </head>
        <body>
        <header>
        <h1>{files.Name}</h1>
        <p class="muted">{Summary(stages)}; ended {description.Ended:yyyy-MM-dd HH:mm} UTC</p>
        </header>
        {WarningSection.Of(stages, description.Stopped)}{Facts(description)}{Html.Join(stages.Select((stage, place) => Section(files, description, stage, place)))}</body>
        </html>

        """);

    private static string Summary(IReadOnlyList<StageHistory> stages) => stages.Count == 0
        ? "No step was made"
        : string.Join(", ", stages.Select(stage => FormattableString.Invariant($"{stage.Stage} {stage.LastStep:N0} steps in {NumberText.Time(stage.Elapsed)}")));

    private static Html Facts(RunDescription description) => description.Facts.Count == 0 ? Html.Empty : Html.Of($"""
        <section>
        <h2>The run</h2>
        {Table(description.Facts)}
        </section>

        """);

    private static Html Section(RunFiles files, RunDescription description, StageHistory stage, int place) => Html.Of($"""
        <section>
        <h2>{(stage.IsImitation ? "Imitation" : "Reinforcement")} <span class="muted">{stage.Stage}</span></h2>
        {HeadlineSection.Of(stage)}{PlotSection.Of(stage, place)}{TimeSection.Of(stage)}{CompletionSection.Of(files.Completions, stage.Stage)}{Options(description, stage)}</section>

        """);

    private static Html Options(RunDescription description, StageHistory stage) => description.Options.LastOrDefault(each => each.Stage == stage.Stage) is not { } options
        ? Html.Empty
        : Html.Of($"""
            <details><summary>Options</summary>
            {Table([.. options.Options.Select(option => KeyValuePair.Create(option.Name, option.Value))])}
            </details>

            """);

    private static Html Table(IReadOnlyList<KeyValuePair<string, string>> rows) =>
        Html.Of($"<table class=\"facts\">{Html.Join(rows.Select(row => Html.Of($"<tr><th>{row.Key}</th><td>{row.Value}</td></tr>")))}</table>");

    private static string Style()
    {
        using var text = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!);
        return text.ReadToEnd().ReplaceLineEndings("\n");
    }
}
