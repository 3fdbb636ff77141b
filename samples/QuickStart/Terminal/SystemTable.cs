using Spectre.Console;

namespace QuickStart.Terminal;

/// <summary>A system's row: its name and its metrics, in the order of the table's columns.</summary>
/// <param name="Name">The name; says <c>simulated</c> where the system is.</param>
/// <param name="Metrics">One interval per column.</param>
internal sealed record SystemRow(string Name, IReadOnlyList<Interval> Metrics);

/// <summary>Lays out systems with their metrics: means, intervals, and a bar for the first metric.</summary>
internal static class SystemTable
{
    private const int BarWidth = 16;

    public static Table Of(IReadOnlyList<string> metrics, IReadOnlyList<SystemRow> rows, bool unicode)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("system");
        foreach (var metric in metrics)
            table.AddColumn(new TableColumn(Markup.Escape(metric)));
        table.AddColumn(new TableColumn("").NoWrap());

        Interval[] best = [.. metrics.Select((_, column) => rows.Select(row => row.Metrics[column]).MaxBy(cell => cell.Mean)!)];
        foreach (var row in rows)
        {
            var cells = row.Metrics.Select((cell, column) => Cell(cell, cell.Mean >= best[column].Mean));
            table.AddRow([Markup.Escape(row.Name), .. cells, Bar(row.Metrics[0].Mean, best[0].Mean, unicode)]);
        }

        return table;
    }

    private static string Cell(Interval cell, bool isBest)
    {
        var mean = isBest ? $"[bold green]{cell.Mean:F3}[/]" : $"{cell.Mean:F3}";
        return $"{mean} [grey][[{cell.Low:F3}, {cell.High:F3}]][/]";
    }

    private static string Bar(double mean, double best, bool unicode) =>
        best > 0 ? $"[blue]{new string(unicode ? '━' : '=', (int)Math.Round(BarWidth * Math.Max(0, mean) / best))}[/]" : "";
}
