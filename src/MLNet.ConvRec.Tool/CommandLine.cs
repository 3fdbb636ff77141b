using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using MLNet.ConvRec.Tool.Demonstrate;
using MLNet.ConvRec.Tool.Evaluate;
using MLNet.ConvRec.Tool.Export;
using MLNet.ConvRec.Tool.Recommend;
using MLNet.ConvRec.Tool.Score;
using MLNet.ConvRec.Tool.Train;

namespace MLNet.ConvRec.Tool;

/// <summary>The command <c>convrec</c>.</summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int Interrupted = 130;

    // A training step on real data takes seconds; it ends before the run does.
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(15);

    /// <summary>Makes the command with its subcommands; who talks to it says nothing.</summary>
    public static RootCommand Create() => Create(TextReader.Null);

    /// <summary>Makes the command with its subcommands.</summary>
    /// <param name="input">What is written to <c>convrec recommend</c>.</param>
    public static RootCommand Create(TextReader input)
    {
        var root = new RootCommand(Description)
        {
            DemonstrateCommand.Create(),
            TrainCommand.Create(),
            ScoreCommand.Create(),
            ExportCommand.Create(),
            EvaluateCommand.Create(),
            RecommendCommand.Create(input),
            LibtorchOption.Create(),
        };
        ExampleHelp.AddTo(root);
        return root;
    }

    /// <summary>Runs the command without input.</summary>
    /// <returns>The exit code: 0 only when the output is whole, 1 after a mistake, 130 after Ctrl+C.</returns>
    public static Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellation = default) =>
        RunAsync(arguments, TextReader.Null, output, error, cancellation);

    /// <summary>Runs the command; what the user can mend is told in one sentence.</summary>
    /// <returns>The exit code: 0 only when the output is whole, 1 after a mistake, 130 after Ctrl+C.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextReader input, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var parsed = Create(input).Parse(arguments);
        if (parsed.Action is ParseErrorAction wrong)
            wrong.ShowHelp = false;
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeToStop,
            Output = output,
            Error = error,
        };
        try
        {
            LibtorchOption.Apply(parsed);
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (Exception problem) when (Mistake.IsStop(problem))
        {
            await error.WriteLineAsync("Stopped.");
            return Interrupted;
        }
        catch (Exception problem) when (Mistake.SentenceOf(problem) is { } sentence)
        {
            await error.WriteLineAsync(sentence);
            return Failed;
        }
    }

    private const string Description =
        "Trains, runs and evaluates conversational recommenders: dialogues in, ranked lists out. Each command's --help shows an example.";
}
