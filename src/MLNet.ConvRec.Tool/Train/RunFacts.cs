using System.Reflection;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>What a run's report says about it beside what was measured.</summary>
internal static class RunFacts
{
    public static IReadOnlyList<KeyValuePair<string, string>> Of(TrainOptions options, StageInputs inputs)
    {
        var data = inputs.Data;
        List<KeyValuePair<string, string>> facts =
        [
            new("Catalog", $"{options.Catalog}, {data.Catalog.Count:N0} items"),
            new("Train", $"{options.Train}, {data.Train.Count:N0} dialogues"),
            new("Validation", options.Valid is { } valid ? $"{data.Valid.Count:N0} dialogues of {valid}" : "none"),
            new("Backbone", options.Backbone),
            new("Stages", StageNames.Of(options.Stages)),
        ];
        if (inputs.Teachers is { } teachers)
            facts.Add(new("Teacher", teachers.Teacher.Name));
        if (options.Has(TrainStages.RankGrpo))
            facts.Add(new("Algorithm", AlgorithmNames.Of(options.Reinforcement.Algorithm)));
        string?[] files = [options.Catalog, options.Train, options.Valid];
        foreach (var file in files.OfType<string>())
        {
            if (FileHash.Of(file) is { } hash)
                facts.Add(new($"SHA-256 of {file}", hash));
        }

        facts.Add(new("Seed", $"{options.Seed}"));
        facts.Add(new("Time", options.BudgetMinutes is { } minutes ? $"at most {minutes} minutes" : "as long as the steps need"));
        facts.Add(new("Machine", $"{Environment.ProcessorCount} processors"));
        facts.Add(new("convrec", Version()));
        return facts;
    }

    /// <summary>Returns what was trained on what, in a sentence for a reader who never saw the command.</summary>
    public static string Sentence(TrainOptions options, StageInputs inputs)
    {
        var (items, dialogues) = (inputs.Data.Catalog.Count, inputs.Data.Train.Count);
        (TrainStages Stage, string Words)[] stages =
        [
            (TrainStages.Sft, "by imitating demonstrations (SFT)"),
            (TrainStages.RankGrpo, $"by rewarding items that were really chosen ({AlgorithmNames.Of(options.Reinforcement.Algorithm)})"),
        ];
        var taken = stages.Where(stage => options.Has(stage.Stage)).Select(stage => stage.Words);
        return $"A recommender of {items:N0} items was trained on {dialogues:N0} dialogues, {string.Join(", then ", taken)}.";
    }

    private static string Version() => typeof(RunFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
