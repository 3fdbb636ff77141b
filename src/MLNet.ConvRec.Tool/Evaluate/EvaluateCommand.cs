using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>The command line of <c>convrec evaluate</c>.</summary>
internal static class EvaluateCommand
{
    private const string FixedRanks = "fixed-ranks";
    private const string PaperFiltered = "paper-filtered";

    public static Command Create()
    {
        var recommendations = FileOption.Several(
            "--recommendations", "Recommendations, JSONL, plain or gzip; one file per system, which is named like its file.");
        var dialogues = FileOption.Required("--dialogues", "The dialogues with their ground truth.");
        var catalog = FileOption.Required("--catalog", "The items that may be recommended.");
        var train = FileOption.Optional("--train", "The dialogues trained on: adds the rows popularity, namedTogether and repeater.");
        var protocol = new Option<EvaluationProtocol>("--protocol")
        {
            Description = "fixed-ranks, the default: every line keeps its rank, as in the reward. "
                + "paper-filtered: lines with seen or unknown items are removed first, so that later ones move up.",
            HelpName = $"{FixedRanks}|{PaperFiltered}",
            CustomParser = Protocol,
        };
        var json = FileOption.Optional("--json", "The report to write.");
        var command = new ExampleCommand("evaluate", Description, Example) { recommendations, dialogues, catalog, train, protocol, json };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new EvaluateOptions
            {
                Recommendations = parsed.GetRequiredValue(recommendations),
                Dialogues = parsed.GetRequiredValue(dialogues),
                Catalog = parsed.GetRequiredValue(catalog),
                Train = parsed.GetValue(train),
                Protocol = parsed.GetValue(protocol),
                Json = parsed.GetValue(json),
            };
            return Task.Run(() => EvaluateRun.Run(options, parsed.InvocationConfiguration.Output, cancellation), cancellation);
        });
        return command;
    }

    private static EvaluationProtocol Protocol(ArgumentResult written)
    {
        switch (written.Tokens[0].Value)
        {
            case FixedRanks:
                return EvaluationProtocol.FixedRanks;
            case PaperFiltered:
                return EvaluationProtocol.PaperFiltered;
            case var other:
                written.AddError($"--protocol must be {FixedRanks} or {PaperFiltered}, not {other}.");
                return default;
        }
    }

    private const string Description =
        "Compares recommendations with what people really chose: means with 95% intervals, and paired differences from the first system.";

    private const string Example = """
        \
            --recommendations artifacts/redial/test.jsonl --dialogues ../shared/data/dialogues/redial/test.jsonl \
            --catalog ../shared/data/catalogs/redial.jsonl --train ../shared/data/dialogues/redial/train.jsonl \
            --json artifacts/redial/metrics.json
        """;
}
