using System.CommandLine;

namespace MLNet.ConvRec.Tool.Demonstrate;

/// <summary>The command line of <c>convrec demonstrate</c>.</summary>
internal static class DemonstrateCommand
{
    public static Command Create()
    {
        var arguments = new DemonstrateArguments();
        var command = new ExampleCommand("demonstrate", Description, Example);
        foreach (var option in arguments.All)
            command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            return Task.Run(() => DemonstrateRun.RunAsync(arguments.Read(parsed), output, TimeProvider.System, cancellation), cancellation);
        });
        return command;
    }

    private const string Description =
        "Turns a teacher's lists into lists of the catalog's own items (Remap-Reflect-Adjust), fitted to train alone. Without all three steps "
        + "the lists are the teacher's own, linked to the catalog. Each output is whole or, after an error, not there.";

    private const string Example = """
        \
            --catalog ../shared/data/catalogs/redial.jsonl --train ../shared/data/dialogues/redial/train.jsonl \
            --dialogues ../shared/data/dialogues/redial/valid.jsonl --teacher world \
            --world-ratings ../shared/data/ratings/movielens-small.csv --world-items ../shared/data/catalogs/movielens-small.jsonl \
            --output artifacts/redial/demonstrations.jsonl --recommendations artifacts/redial/valid.jsonl
        """;
}
