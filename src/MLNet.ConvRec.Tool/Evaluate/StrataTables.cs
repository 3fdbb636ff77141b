using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>The tables of <c>--strata</c>, one for each stratum.</summary>
internal static class StrataTables
{
    /// <summary>Evaluates each system on each stratum.</summary>
    public static StratumMetrics[] Of(IReadOnlyList<Stratum> strata, IReadOnlyList<NamedLists> systems, ItemCatalog catalog, EvaluationOptions options) =>
        [.. strata.Select(stratum => new StratumMetrics(stratum.Name, stratum.Rule, stratum.Dialogues.Count == 0 ? [] : Systems(stratum, systems, catalog, options)))];

    /// <summary>Prints them.</summary>
    public static void Print(TextWriter output, IEnumerable<StratumMetrics> strata)
    {
        foreach (var (name, rule, systems) in strata)
        {
            output.WriteLine();
            output.WriteLine(systems.Count == 0 ? $"{name} ({rule}): no dialogue" : $"{name} ({rule}): {systems[0].Dialogues:N0} dialogues{Of(systems[0].Conversations)}");
            if (systems.Count > 0)
                output.Write(EvaluationTable.Render(systems));
        }
    }

    private static string Of(int? conversations) => conversations is { } count ? $" of {count:N0} conversations" : "";

    private static SystemMetrics[] Systems(Stratum stratum, IReadOnlyList<NamedLists> systems, ItemCatalog catalog, EvaluationOptions options)
    {
        var ids = stratum.Dialogues.Select(dialogue => dialogue.Id).ToHashSet(StringComparer.Ordinal);
        return [.. systems.Select(system =>
            RecommendationEvaluator.Evaluate(system.Name, system.Lists.Where(list => ids.Contains(list.Id)), stratum.Dialogues, catalog, options).Summary)];
    }
}
