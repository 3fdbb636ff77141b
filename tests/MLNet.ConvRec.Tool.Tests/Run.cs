namespace MLNet.ConvRec.Tool.Tests;

/// <summary>The real command, run in this process: its exit code and what it wrote.</summary>
internal sealed record Run(int ExitCode, string Output, string Error)
{
    public static Task<Run> Of(params IReadOnlyList<string> arguments) => WithInput("", arguments);

    /// <summary>Runs the command with something to read.</summary>
    public static async Task<Run> WithInput(string text, params IReadOnlyList<string> arguments)
    {
        using var input = new StringReader(text);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(arguments, input, output, error);
        return new Run(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The one sentence of a run that failed.</summary>
    public string Sentence
    {
        get
        {
            Assert.Equal(1, ExitCode);
            return Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
    }
}
