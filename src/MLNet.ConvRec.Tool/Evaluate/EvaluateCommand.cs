using System.CommandLine;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>The command line of <c>convrec evaluate</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var recommendations = FileOption.Several(
            "--recommendations", "Recommendations, JSONL, plain or gzip, or a TREC run (.run); one file per system, which is named like its file; or NAME=FILE,FILE, several runs of one system, such as seeds, as one row.");
        var dialogues = FileOption.Required("--dialogues", "The dialogues with their ground truth.");
        var catalog = FileOption.Required("--catalog", "The items that may be recommended.");
        var train = FileOption.Optional("--train", "The dialogues trained on: adds the rows popularity, namedTogether and repeater.");
        var protocol = ChoiceOption.Of(
            "--protocol",
            "fixed-ranks, the default: every line keeps its rank, as in the reward. "
                + "paper-filtered: lines with seen or unknown items are removed first, so that later ones move up.",
            ("fixed-ranks", EvaluationProtocol.FixedRanks),
            ("paper-filtered", EvaluationProtocol.PaperFiltered));
        var resample = ChoiceOption.Of(
            "--resample",
            "What intervals and tests take as a whole: conversation, the default, which an id tells up to its last -, or dialogue.",
            ("conversation", ResamplingUnit.Conversation),
            ("dialogue", ResamplingUnit.Dialogue));
        var json = FileOption.Optional("--json", "The report to write.");
        var trec = new Option<string?>("--trec")
        {
            Description = "The folder to write TREC's files to: qrels, and NAME.run for each system.",
            HelpName = "FOLDER",
        };
        var strata = new Option<bool>("--strata")
        {
            Description = "Adds a table for short and for long dialogues, and with --train for popular, rare, never chosen and cold items.",
        };
        var calibration = new Option<bool>("--calibration")
        {
            Description = "Adds for each file a table of its lines by score: how many hit, and where scores are log-probabilities, how many should.",
        };
        var pool = new Option<bool>("--pool")
        {
            Description = "The files are runs of one system, such as seeds: adds the row pooled, whose intervals hold the variation of runs and "
                + "dialogues, and compares no run with another.",
        };
        var command = new ExampleCommand("evaluate", Description, Example) { recommendations, dialogues, catalog, train, protocol, resample, strata, calibration, pool, json, trec };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new EvaluateOptions
            {
                Recommendations = parsed.GetRequiredValue(recommendations),
                Dialogues = parsed.GetRequiredValue(dialogues),
                Catalog = parsed.GetRequiredValue(catalog),
                Train = parsed.GetValue(train),
                Protocol = parsed.GetValue(protocol),
                ResampleBy = parsed.GetValue(resample),
                Strata = parsed.GetValue(strata),
                Calibration = parsed.GetValue(calibration),
                Pool = parsed.GetValue(pool),
                Json = parsed.GetValue(json),
                Trec = parsed.GetValue(trec),
            };
            return Task.Run(() => EvaluateRun.Run(options, parsed.InvocationConfiguration.Output, cancellation), cancellation);
        });
        return command;
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
