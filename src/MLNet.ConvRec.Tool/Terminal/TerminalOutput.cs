using Spectre.Console;

namespace MLNet.ConvRec.Tool.Terminal;

/// <summary>Tells a terminal that a person looks at from a file or a pipe.</summary>
internal static class TerminalOutput
{
    /// <summary>Returns whether output goes to a terminal.</summary>
    public static bool Is(TextWriter output) =>
        ReferenceEquals(output, Console.Out)
        && !Console.IsOutputRedirected
        && AnsiConsole.Profile.Capabilities is { Interactive: true, Ansi: true };
}
