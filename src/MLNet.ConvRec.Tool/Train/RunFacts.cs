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
        facts.Add(new("Seed", $"{options.Seed}"));
        facts.Add(new("Time", options.BudgetMinutes is { } minutes ? $"at most {minutes} minutes" : "as long as the steps need"));
        facts.Add(new("Machine", $"{Environment.ProcessorCount} processors"));
        facts.Add(new("convrec", Version()));
        return facts;
    }

    private static string Version() => typeof(RunFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
