using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MLNet.ConvRec.Tool;

/// <summary>Writes the usual help, and then the command's examples.</summary>
internal sealed class ExampleHelp(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Lets the help option of a command and of its subcommands write examples.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction usual)
                option.Action = new ExampleHelp(usual);
        }
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = help.Invoke(parseResult);
        foreach (var example in parseResult.CommandResult.Command is ExampleCommand { Examples: var examples } ? examples : [])
            parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {example}\n");
        return exitCode;
    }
}
