using Spectre.Console;

namespace QuickStart.Terminal;

/// <summary>What one system has over another on the same dialogues.</summary>
/// <param name="Better">The system that should be better.</param>
/// <param name="Than">The other.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Difference">The mean difference, above 0 where <paramref name="Better"/> is better.</param>
/// <param name="P">The probability of such a difference by chance.</param>
internal sealed record ComparisonRow(string Better, string Than, string Metric, Interval Difference, double P);

/// <summary>Lays out comparisons; a difference whose interval is clear of 0 is green or red.</summary>
internal static class ComparisonTable
{
    public static Table Of(IReadOnlyList<ComparisonRow> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("comparison", "metric", "difference", "p");
        foreach (var row in rows)
        {
            var (mean, low, high) = row.Difference;
            var style = low > 0 ? "green" : high < 0 ? "red" : "default";
            table.AddRow(
                Markup.Escape($"{row.Better} over {row.Than}"),
                Markup.Escape(row.Metric),
                $"[{style}]{mean:+0.000;-0.000}[/] [grey][[{low:+0.000;-0.000}, {high:+0.000;-0.000}]][/]",
                row.P < 0.001 ? "< 0.001" : $"{row.P:F3}");
        }

        return table;
    }
}
