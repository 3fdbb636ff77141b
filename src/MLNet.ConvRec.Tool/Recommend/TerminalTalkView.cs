using Spectre.Console;

namespace MLNet.ConvRec.Tool.Recommend;

/// <summary>A talk in a terminal: a prompt, and a table a list.</summary>
/// <remarks>Titles and messages are shown as text; what looks like markup in them stays as it is.</remarks>
internal sealed class TerminalTalkView(IAnsiConsole console) : ITalkView
{
    public void Ask() => console.Markup("[bold]you>[/] ");

    public void Tell(string text) => console.MarkupLineInterpolated($"[grey]{text}[/]");

    public void Show(Answer answer)
    {
        foreach (var line in AnswerText.Named(answer))
            Tell(line);
        if (answer.List.Count == 0)
        {
            Tell(AnswerText.Empty);
            return;
        }

        var table = new Table { Border = TableBorder.Simple, ShowHeaders = false };
        table.AddColumn(new TableColumn("").RightAligned()).AddColumn("").AddColumn(new TableColumn("").RightAligned());
        foreach (var item in answer.List)
            table.AddRow(new Text($"{item.Rank}"), new Text(AnswerText.Line(item)), new Text($"{item.Score:F2}", new Style(Color.Grey)));
        console.Write(table);
    }
}
