using System.CommandLine;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>The command line of <c>convrec score</c>.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var model = FileOption.Required("--model", "The model.zip that training wrote.", "model.zip");
        var input = FileOption.Several("--input", "Dialogues, JSONL, plain or gzip; several files are scored one after the other.");
        var output = FileOption.Required("--output", "The recommendations to write, JSONL; gzip if the name ends with .gz.");
        var skipInvalid = new Option<bool>("--skip-invalid")
        {
            Description = "List and leave out malformed lines instead of stopping at the first.",
        };
        var command = new ExampleCommand("score", Description, Example) { model, input, output, skipInvalid };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new ScoreOptions
            {
                Model = parsed.GetRequiredValue(model),
                Input = parsed.GetRequiredValue(input),
                Output = parsed.GetRequiredValue(output),
                SkipInvalid = parsed.GetValue(skipInvalid),
            };
            var console = parsed.InvocationConfiguration;

            // On the pool, so that Ctrl+C reaches the token while the work runs.
            return Task.Run(() => ScoreRun.Run(options, console.Output, console.Error, TimeProvider.System, cancellation), cancellation);
        });
        return command;
    }

    private const string Description = "Writes a ranked list for each dialogue. The output is whole or, after an error, not there.";

    private const string Example = """
        \
            --model artifacts/redial/model.zip --input ../shared/data/dialogues/redial/test.jsonl \
            --output artifacts/redial/test.jsonl
        """;
}
