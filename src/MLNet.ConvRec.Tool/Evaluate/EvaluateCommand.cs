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
        var recommendations = new Option<string[]>("--recommendations")
        {
            Description = "Recommendations, JSONL, plain or gzip; one file per system, which is named like its file.",
            HelpName = "FILE...",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var dialogues = new Option<string>("--dialogues") { Description = "The dialogues with their ground truth.", HelpName = "FILE", Required = true };
        var catalog = new Option<string>("--catalog") { Description = "The items that may be recommended.", HelpName = "FILE", Required = true };
        var train = new Option<string?>("--train")
        {
            Description = "The dialogues trained on: adds the rows popularity, namedTogether and repeater.",
            HelpName = "FILE",
        };
        var protocol = new Option<EvaluationProtocol>("--protocol")
        {
            Description = "fixed-ranks: every line keeps its rank, as in the reward; paper-filtered: seen and out-of-catalog lines are removed first.",
            HelpName = $"{FixedRanks}|{PaperFiltered}",
            DefaultValueFactory = _ => EvaluationProtocol.FixedRanks,
            CustomParser = Protocol,
        };
        var json = new Option<string?>("--json") { Description = "The report to write.", HelpName = "FILE" };
        var command = new Command("evaluate", Description) { recommendations, dialogues, catalog, train, protocol, json };
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

    private const string Description = """
        Compares recommendations with what people really chose: means with 95% intervals, and paired differences from the first system.

        Example (after the example of convrec score):
          convrec evaluate --recommendations artifacts/redial/test.jsonl --dialogues ../shared/data/dialogues/redial/test.jsonl --catalog ../shared/data/catalogs/redial.jsonl --json artifacts/redial/metrics.json
        """;
}
