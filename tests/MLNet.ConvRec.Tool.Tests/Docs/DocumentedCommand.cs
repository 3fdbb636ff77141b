namespace MLNet.ConvRec.Tool.Tests.Docs;

/// <summary>
/// A command line of README or docs: what stands in a code block without a language, or between backticks, word for word. The forms are
/// <c>convrec WORDS</c> and <c>dotnet run --project FOLDER -c Release -- WORDS</c>; a backslash at a line's end goes on in the next.
/// </summary>
internal sealed record DocumentedCommand(string Project, IReadOnlyList<string> Words)
{
    private const string Tool = "src/MLNet.ConvRec.Tool";

    /// <summary>Whether it is <c>convrec</c>, in either form.</summary>
    public bool IsTool => Project == Tool;

    /// <summary>
    /// Whether it can be parsed and no more: it asks a real chat service (<c>chat:NAME</c>), or a word in capitals stands for what the reader has.
    /// </summary>
    public bool IsPattern => Words.Any(word => word.StartsWith("chat:", StringComparison.Ordinal) || (word.Length > 1 && word.All(letter => letter is >= 'A' and <= 'Z')));

    /// <summary>The names of its options.</summary>
    public IEnumerable<string> Options => Words.Where(word => word.StartsWith("--", StringComparison.Ordinal));

    /// <summary>The commands in a page's code blocks, in order.</summary>
    public static IEnumerable<DocumentedCommand> InBlocks(Page page) =>
        page.Blocks("").SelectMany(block => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')).Select(Parse).OfType<DocumentedCommand>();

    /// <summary>The commands between a page's backticks; they may leave out what is clear.</summary>
    public static IEnumerable<DocumentedCommand> InSpans(Page page) => page.CodeSpans.Select(Parse).OfType<DocumentedCommand>();

    private static DocumentedCommand? Parse(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["convrec", .. var words] => new(Tool, words),
        ["dotnet", "run", "--project", var project, "-c", "Release", "--", .. var words] => new(project, words),
        ["dotnet", "run", "--project", var project, "-c", "Release"] => new(project, []),
        ["dotnet", "run", ..] => throw new InvalidDataException($"{line}: write dotnet run --project FOLDER -c Release -- …, or teach this test the other form."),
        _ => null,
    };
}
