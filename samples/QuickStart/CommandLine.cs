using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace QuickStart;

/// <summary>The command line of the sample.</summary>
internal static class CommandLine
{
    /// <summary>Makes the command.</summary>
    /// <param name="run">What to do with valid options; returns the exit code.</param>
    public static RootCommand Create(Func<Options, CancellationToken, int> run)
    {
        var defaults = new Options();
        var data = new Option<string?>("--data")
        {
            Description = "Folder with catalogs/ and dialogues/ to train on. Default: the simulated world in this sample.",
            HelpName = "FOLDER",
        };
        var dataset = new Option<string?>("--dataset") { Description = "The dataset in that folder, such as redial.", HelpName = "NAME" };
        var budget = new Option<double?>("--budget")
        {
            Description = "Minutes that the run may take.",
            HelpName = "MINUTES",
            CustomParser = written => Number<double>(written, "a number of minutes such as 60"),
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of the world and of training.",
            HelpName = "N",
            DefaultValueFactory = _ => defaults.Seed,
            CustomParser = written => Number<int>(written, "a whole number such as 1"),
        };
        var gpu = new Option<int?>("--gpu")
        {
            Description = "The GPU to train on, such as 0. Default: the CPU.",
            HelpName = "ID",
            CustomParser = written => Number<int>(written, "the number of a GPU such as 0"),
        };
        var output = new Option<string>("--output")
        {
            Description = "Folder to write.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => defaults.Output,
        };
        var command = new RootCommand(Description) { data, dataset, budget, seed, gpu, output };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new Options
            {
                Data = parsed.GetValue(data),
                Dataset = parsed.GetValue(dataset),
                BudgetMinutes = parsed.GetValue(budget),
                Seed = parsed.GetValue(seed),
                Gpu = parsed.GetValue(gpu),
                Output = parsed.GetValue(output) ?? defaults.Output,
            };

            // On the pool, so that Ctrl+C reaches the token while the work runs.
            return Task.Run(() => Valid(options, parsed.InvocationConfiguration.Error) ? run(options, cancellation) : 1, cancellation);
        });
        return command;
    }

    private static T Number<T>(ArgumentResult written, string kind)
        where T : struct, INumber<T>
    {
        var text = written.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        written.AddError($"{((OptionResult)written.Parent!).Option.Name} must be {kind}, not {text}.");
        return default;
    }

    private static bool Valid(Options options, TextWriter error)
    {
        try
        {
            options.Validate();
            return true;
        }
        catch (ArgumentException problem)
        {
            error.WriteLine(problem.Message);
            return false;
        }
    }

    private const string Description = """
        Trains a recommender on dialogues, from teacher's lists to a saved model, and reports what each stage adds.

        Examples:
          dotnet run --project samples/QuickStart -c Release
          dotnet run --project samples/QuickStart -c Release -- --data ../shared/data --dataset redial --budget 60
        """;
}
