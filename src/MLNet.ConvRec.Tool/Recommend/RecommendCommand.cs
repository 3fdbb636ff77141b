using System.CommandLine;

namespace MLNet.ConvRec.Tool.Recommend;

/// <summary>The command line of <c>convrec recommend</c>.</summary>
internal static class RecommendCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="input">What the seeker writes.</param>
    public static Command Create(TextReader input)
    {
        var model = FileOption.Required("--model", "The model.zip that training wrote.", "model.zip");
        var candidates = FileOption.Optional("--candidates", "The items that alone may be listed: catalog lines (JSONL), or one Title (Year) a line.");
        var command = new ExampleCommand("recommend", Description, Example) { model, candidates };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new RecommendOptions { Model = parsed.GetRequiredValue(model), Candidates = parsed.GetValue(candidates) };
            return RecommendRun.RunAsync(options, input, parsed.InvocationConfiguration.Output, cancellation);
        });
        return command;
    }

    private const string Description = "Talks: each message, a line, is answered by a list. /new begins anew, /quit or the end of the input ends.";

    private const string Example = "--model artifacts/redial/model.zip";
}
