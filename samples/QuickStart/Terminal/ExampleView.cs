using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace QuickStart.Terminal;

/// <summary>A dialogue, and what systems recommend in it.</summary>
/// <param name="Dialogue">The dialogue.</param>
/// <param name="Lists">One list per system.</param>
internal sealed record ExampleRow(Dialogue Dialogue, IReadOnlyList<ExampleList> Lists);

/// <summary>A system's list with its hits.</summary>
/// <param name="System">The system's name.</param>
/// <param name="Recommendations">The list by rank.</param>
/// <param name="Hits">One flag per line.</param>
internal sealed record ExampleList(string System, IReadOnlyList<Recommendation> Recommendations, IReadOnlyList<bool> Hits);

/// <summary>Lays out an example: what was said, the lists side by side with their hits marked, and what was chosen.</summary>
internal static class ExampleView
{
    public static Panel Of(ExampleRow example, int ranks, bool unicode)
    {
        var chosen = string.Join(", ", example.Dialogue.GroundTruth);
        List<IRenderable> rows = [.. example.Dialogue.Turns.Select(Said), Text.Empty, Lists(example, ranks, unicode)];
        if (chosen.Length > 0)
            rows.Add(new Markup($"[green]{(unicode ? "✓" : "*")} chosen:[/] {Markup.Escape(chosen)}"));
        return new Panel(new Rows(rows))
            .Border(unicode ? BoxBorder.Rounded : BoxBorder.Ascii).BorderColor(Color.Grey).Expand()
            .Header(Markup.Escape($" {example.Dialogue.Id} "));
    }

    private static Grid Said(Turn turn) => new Grid()
        .AddColumn(new GridColumn().Width(9).NoWrap().PadLeft(0).PadRight(2))
        .AddColumn(new GridColumn().PadRight(0))
        .AddRow(new Text(turn.Role == Role.User ? "seeker" : "assistant", new Style(Color.Grey)), new Text(turn.Text));

    private static Table Lists(ExampleRow example, int ranks, bool unicode)
    {
        var table = new Table().Border(TableBorder.Simple).Expand().AddColumn(new TableColumn("").RightAligned().Width(2));
        foreach (var list in example.Lists)
            table.AddColumn(Markup.Escape(list.System));
        for (var rank = 0; rank < ranks; rank++)
            table.AddRow([$"[grey]{rank + 1}[/]", .. example.Lists.Select(list => Line(list, rank, unicode))]);
        return table;
    }

    private static string Line(ExampleList list, int rank, bool unicode)
    {
        if (rank >= list.Recommendations.Count)
            return "";
        var item = list.Recommendations[rank];
        var line = Markup.Escape(ListLine.Format(item.Title, item.Year));
        return list.Hits[rank] ? $"[bold green]{(unicode ? "✓" : "*")} {line}[/]" : $"  {line}";
    }
}
