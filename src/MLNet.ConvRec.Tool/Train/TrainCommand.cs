using System.CommandLine;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The command line of <c>convrec train</c>.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var arguments = new TrainArguments();
        var command = new ExampleCommand("train", Description, Example, GrpoExample);
        foreach (var option in arguments.All)
            command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            return Task.Run(() => TrainRun.Run(arguments.Read(parsed), output, TimeProvider.System, cancellation), cancellation);
        });
        return command;
    }

    private const string Description =
        "Trains a recommender on dialogues: a teacher's lists become demonstrations, a policy imitates them (sft) and is then reinforced "
        + "on what people really chose (rank-grpo). Writes RUN/model.zip and RUN/policy/; RUN/metrics.jsonl, RUN/tensorboard/, RUN/completions/ and RUN/report.html "
        + "tell how it went; RUN/checkpoints/ is there until the model is whole.";

    private const string Example = """
        \
            --catalog ../shared/data/catalogs/redial.jsonl --train ../shared/data/dialogues/redial/train.jsonl \
            --valid ../shared/data/dialogues/redial/valid.jsonl --world-ratings ../shared/data/ratings/movielens-small.csv \
            --world-items ../shared/data/catalogs/movielens-small.jsonl --output artifacts/redial --budget 60
        """;

    private const string GrpoExample = """
        \
            --catalog ../shared/data/catalogs/redial.jsonl --train ../shared/data/dialogues/redial/train.jsonl \
            --valid ../shared/data/dialogues/redial/valid.jsonl --output artifacts/redial-grpo --stages rank-grpo --backbone artifacts/redial/policy \
            --algorithm grpo --updates-per-rollout 2 --kl 1e-3 --learning-rate rank-grpo=1e-5 --precision mixed --budget 60
        """;
}
