using Spectre.Console;

namespace QuickStart.Terminal;

/// <summary>What the sample shows while it runs: live bars in a terminal, plain lines in a log file.</summary>
internal sealed class Display(IAnsiConsole console, TimeProvider clock)
{
    private const int LogWidth = 100;

    private bool Unicode => console.Profile.Capabilities.Unicode;

    /// <summary>Returns the display of this process.</summary>
    public static Display OfConsole()
    {
        // Without a terminal there is no width to ask for.
        if (Console.IsOutputRedirected)
            AnsiConsole.Console.Profile.Width = LogWidth;
        return new Display(AnsiConsole.Console, TimeProvider.System);
    }

    /// <summary>Shows what runs.</summary>
    public void Title(string title, string text) =>
        console.Write(new Rule($"[bold]{Markup.Escape(title)}[/]  [grey]{Markup.Escape(text)}[/]").LeftJustified().RuleStyle("grey"));

    /// <summary>Shows a stage's name and what it does.</summary>
    public void Stage(string name, string text)
    {
        console.WriteLine();
        console.MarkupLine($"[bold blue]{Markup.Escape(name)}[/]  {Markup.Escape(text)}");
    }

    /// <summary>Shows a sentence.</summary>
    public void Line(string text) => console.WriteLine(text);

    /// <summary>Shows the progress of work while it runs.</summary>
    /// <param name="work">The work; reports from one thread at a time.</param>
    /// <returns>What the work returns.</returns>
    public T Live<T>(Func<IProgress<TrainingProgress>, T> work)
    {
        if (console.Profile.Capabilities is { Interactive: true, Ansi: true } && !Console.IsOutputRedirected)
            return BarProgress.Show(console, work);
        var lines = new LineProgress(console, clock);
        var result = work(lines);
        lines.Finish();
        return result;
    }

    /// <summary>Shows systems with their metrics.</summary>
    /// <param name="metrics">The columns; the first also has a bar.</param>
    /// <param name="rows">One system each.</param>
    public void Systems(IReadOnlyList<string> metrics, IReadOnlyList<SystemRow> rows) =>
        console.Write(SystemTable.Of(metrics, rows, Unicode));

    /// <summary>Shows what systems have over others.</summary>
    public void Comparisons(IReadOnlyList<ComparisonRow> rows) => console.Write(ComparisonTable.Of(rows));

    /// <summary>Shows a dialogue and what systems recommend in it.</summary>
    /// <param name="example">The dialogue and the lists.</param>
    /// <param name="ranks">How many lines of each list.</param>
    public void Example(ExampleRow example, int ranks) => console.Write(ExampleView.Of(example, ranks, Unicode));
}
