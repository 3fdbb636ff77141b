using MLNet.ConvRec.Training.Reports.Files;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>What is needed to do the run again: data, seeds, versions, options.</summary>
internal static class RunSection
{
    public static Html Of(IReadOnlyList<KeyValuePair<string, string>> facts, IReadOnlyList<StageOptions> options) => Html.Of($"""
        <section class="part">
        <h2>The run</h2>
        {Table([.. facts, .. VersionFacts.All])}
        {Html.Join(options.Select(Options))}</section>

        """);

    private static Html Options(StageOptions options) => Html.Of($"""
        <details><summary>Options of {options.Stage}</summary>
        {Table([.. options.Options.Select(option => KeyValuePair.Create(option.Name, option.Value))])}
        </details>

        """);

    private static Html Table(IReadOnlyList<KeyValuePair<string, string>> rows) =>
        Html.Of($"<table class=\"facts\">{Html.Join(rows.Select(row => Html.Of($"<tr><th scope=\"row\">{row.Key}</th><td>{row.Value}</td></tr>")))}</table>");
}
