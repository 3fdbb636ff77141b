using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using ReproducePaper.Paper;

namespace ReproducePaper;

/// <summary>The command line of the sample.</summary>
internal static class CommandLine
{
    private static readonly Option<string?> Data = Text("--data", "FOLDER", "Folder with catalogs/ and dialogues/. Default: the simulated world of QuickStart.");
    private static readonly Option<string?> Dataset = Text("--dataset", "NAME", "The dataset in that folder, such as redial.");
    private static readonly Option<double?> Budget = Number<double>("--budget", "MINUTES", "Minutes after which no further run begins; run again to go on.");
    private static readonly Option<string?> Output = Text("--output", "FOLDER", "Folder to write; finished runs in it are kept. Default: artifacts/reproduce.");
    private static readonly Option<int?> Seeds = Number<int>("--seeds", "N", "Seeds that each method is run with. Default: 5.");
    private static readonly Option<string?> Methods = Text("--methods", "LIST", $"Methods with their updates per batch of rollouts, such as grpo:2,rank-grpo:2, of {string.Join(", ", MethodList.Names)}. Default: those of reinforcement under the catalog mask, 1 and 2 updates.");
    private static readonly Option<string?> Rates = Text("--rates", "LIST", "Learning rates of which each method keeps its best on valid, such as 1e-4,3e-4. Default: the recipe's.");
    private static readonly Option<double?> HeldOut = Number<double>("--held-out", "SHARE", "Share of train's conversations that demonstrations know nothing of and that are reinforced. Default: the recipe's.");
    private static readonly Option<double?> Share = Number<double>("--share", "SHARE", "Share of the conversations known to the demonstrations that is imitated. Default: the recipe's.");
    private static readonly Option<int?> Substitutions = Number<int>("--substitutions", "N", "Copies of each imitated dialogue with its items exchanged for others. Default: the recipe's.");
    private static readonly Option<bool> Known = new("--reinforce-known") { Description = "Reinforce what the demonstrations know and don't imitate instead of what was held out: it shows what holding out is for." };
    private static readonly Option<int?> SftSteps = Number<int>("--sft-steps", "N", "Steps of imitation. Default: the recipe's.");
    private static readonly Option<int?> Steps = Number<int>("--steps", "N", "Steps of reinforcement. Default: the recipe's.");
    private static readonly Option<int?> Batch = Number<int>("--batch", "N", "Dialogues of a step of reinforcement. Default: the recipe's.");
    private static readonly Option<double?> Kl = Number<double>("--kl", "BETA", "Weight of the divergence from the policy at the start. Default: the recipe's.");

    private static readonly Option<string?> Judge = Text("--judge", "world", "Who grades candidates for Reflect: world, the teacher itself. Default: nobody, and Reflect does nothing.");
    private static readonly Option<string?> Table = Text("--table", "FOLDER", "Write the paper's table of kept runs there, table.json and table.md, and train nothing.");
    private static readonly Option<string?> Runs = Text("--runs", "FILE", "Zip or folder of the kept runs. Default: those in --output.");
    private static readonly Option<string?> KeptTable = Text("--kept-table", "FILE", "A table kept of runs that were not; it fills their rows.");

    private static readonly Option<string?> Preset = Text("--preset", "paper", "The paper's own options, on Reddit-v2; prints them with the time they take, and names the files to bring.");
    private static readonly Option<string?> BackboneName = Text("--backbone", "NAME", $"The language model of the preset: {string.Join(", ", PaperBackbone.All.Select(backbone => backbone.Name))}.");
    private static readonly Option<int?> Gpu = Number<int>("--gpu", "ID", "The GPU to train on, such as 0. Default: the CPU.");

    private const string Description = """
        Compares SFT, GRPO, GSPO and Rank-GRPO from the same start, with the same rollouts and updates, each at its best learning rate.

        Examples:
          dotnet run --project samples/ReproducePaper -c Release
          dotnet run --project samples/ReproducePaper -c Release -- --data ../shared/data --dataset redial --budget 60 --output artifacts/redial
          dotnet run --project samples/ReproducePaper -c Release -- --data ../shared/data --dataset redial --table artifacts/table --runs docs/results/reinforcement-redial-runs.zip
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="run">What to do with valid options; returns the exit code.</param>
    public static RootCommand Create(Func<Options, CancellationToken, int> run)
    {
        var command = new RootCommand(Description) { Data, Dataset, Budget, Output, Seeds, Methods, Rates, HeldOut, Share, Substitutions, Known, SftSteps, Steps, Batch, Kl, Judge, Table, Runs, KeptTable, Preset, BackboneName, Gpu };
        command.SetAction((parsed, cancellation) => Task.Run(() => run(Read(parsed), cancellation), cancellation)); // on the pool, so that Ctrl+C reaches the token
        return command;
    }

    private static Options Read(ParseResult parsed)
    {
        var defaults = new Options();
        var methods = parsed.GetValue(Methods) is { } names ? MethodList.Parse(Parts(names)) : null;
        var options = new Options
        {
            Data = parsed.GetValue(Data),
            Dataset = parsed.GetValue(Dataset),
            BudgetMinutes = parsed.GetValue(Budget),
            Output = parsed.GetValue(Output) ?? defaults.Output,
            Seeds = parsed.GetValue(Seeds) ?? defaults.Seeds,
            Methods = methods?.Contenders ?? defaults.Methods,
            Ablations = methods?.Ablations ?? defaults.Ablations,
            IsJudged = parsed.GetValue(Judge) is { } judge && (judge == "world" ? true : throw new ArgumentException($"--judge must be world, not {judge}.")),
            Preset = parsed.GetValue(Preset),
            Backbone = parsed.GetValue(BackboneName),
            Gpu = parsed.GetValue(Gpu),
            Table = parsed.GetValue(Table),
            Runs = parsed.GetValue(Runs),
            KeptTable = parsed.GetValue(KeptTable),
            Rates = parsed.GetValue(Rates) is { } rates ? [.. Parts(rates).Select(Rate)] : null,
            HeldOut = parsed.GetValue(HeldOut),
            Share = parsed.GetValue(Share),
            Substitutions = parsed.GetValue(Substitutions),
            IsKnownReinforced = parsed.GetValue(Known),
            SftSteps = parsed.GetValue(SftSteps),
            Steps = parsed.GetValue(Steps),
            BatchSize = parsed.GetValue(Batch),
            KlCoefficient = parsed.GetValue(Kl),
        };
        options.Validate();
        return options;
    }

    private static string[] Parts(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static double Rate(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate)
        ? rate
        : throw new ArgumentException($"--rates {text} is no number; write numbers with commas between them, such as 1e-4,3e-4.");

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static Option<T?> Number<T>(string name, string value, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = value,
            CustomParser = written =>
            {
                var text = written.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                    return number;
                written.AddError($"{name} must be a number, not {text}.");
                return null;
            },
        };
}
