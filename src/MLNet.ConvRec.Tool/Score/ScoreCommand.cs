using System.CommandLine;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>The command line of <c>convrec score</c>.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var model = FileOption.Required("--model", "The model.zip that training wrote.", "model.zip");
        var input = FileOption.Several("--input", InputHelp);
        var output = FileOption.Required("--output", OutputHelp);
        var skipInvalid = new Option<bool>("--skip-invalid")
        {
            Description = "List malformed lines in OUTPUT.rejected.jsonl and leave them out, instead of stopping at the first.",
        };
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on with a run that was stopped or killed, by the same model, input and options; the output is as if it had not been.",
        };
        var shard = ShardOption();
        var listLength = ListLengthOption();
        var gpu = GpuOption.Create("score");
        var command = new ExampleCommand("score", Description, Example, ResumeExample) { model, input, output, skipInvalid, resume, shard, listLength, gpu };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new ScoreOptions
            {
                Model = parsed.GetRequiredValue(model),
                Input = parsed.GetRequiredValue(input),
                Output = parsed.GetRequiredValue(output),
                SkipInvalid = parsed.GetValue(skipInvalid),
                Resume = parsed.GetValue(resume),
                Shard = parsed.GetValue(shard) ?? Shard.Whole,
                ListLength = parsed.GetValue(listLength),
                Gpu = parsed.GetValue(gpu),
            };
            var console = parsed.InvocationConfiguration;

            // On the pool, so that Ctrl+C reaches the token while the work runs.
            return Task.Run(() => ScoreRun.Run(options, console.Output, console.Error, TimeProvider.System, cancellation), cancellation);
        });
        return command;
    }

    private static Option<int?> ListLengthOption() => new("--list-length")
    {
        Description = "Items of a list, at most the model's. Default: the model's.",
        HelpName = "N",
        CustomParser = written => NumberOption.Read<int>(written, "a whole number such as 10"),
    };

    private static Option<Shard?> ShardOption() => new("--shard")
    {
        Description = "Score the I-th of N parts of the input, beside N-1 other processes; their outputs, one after the other, are the whole.",
        HelpName = "I/N",
        CustomParser = written =>
        {
            if (Shard.Parse(written.Tokens[0].Value) is { } shard)
                return shard;
            written.AddError($"--shard must be I/N, with I from 1 to N, like 1/4, not {written.Tokens[0].Value}.");
            return null;
        },
    };

    private const string Description = "Writes a ranked list for each dialogue. The output is whole or, after an error, not there.";

    private static readonly string InputHelp =
        "Dialogues: JSONL, plain or gzip, or Parquet; files, folders or patterns with *, scored one after the other; - is standard input. " +
        $"An id that stands twice within {DialogueInput.Window:N0} dialogues is refused.";

    private const string OutputHelp =
        "The recommendations to write: JSONL, gzip if the name ends with .gz, Parquet if with .parquet; - is standard output.";

    private const string Example = """
        \
            --model artifacts/redial/model.zip --input ../shared/data/dialogues/redial/test.jsonl \
            --output artifacts/redial/test.jsonl
        """;

    private const string ResumeExample = """
        \
            --model artifacts/redial/model.zip --input ../shared/data/dialogues/redial \
            --output artifacts/redial/all.parquet --skip-invalid --resume
        """;
}
