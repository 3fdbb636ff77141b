using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Evaluation.Comparison;

/// <summary>Which dialogues belong together, by the rule of <see cref="ResamplingUnit"/>.</summary>
internal static class Conversations
{
    /// <summary>Returns each dialogue's group; all groups differ where each dialogue stands alone.</summary>
    /// <param name="dialogueIds">The ids, each once.</param>
    /// <param name="unit">The rule.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> dialogueIds, ResamplingUnit unit)
    {
        if (unit == ResamplingUnit.Dialogue)
            return dialogueIds;
        string[] conversations = [.. dialogueIds.Select(Dialogue.ConversationOf)];
        return Count(conversations) == 1 ? dialogueIds : conversations;
    }

    /// <summary>Counts the groups.</summary>
    public static int Count(IReadOnlyList<string> groups) => groups.Distinct(StringComparer.Ordinal).Count();

    /// <summary>Returns each group's sum, in the order in which the groups come up.</summary>
    /// <param name="column">By dialogue.</param>
    /// <param name="groups">By dialogue.</param>
    public static double[] Sums(IReadOnlyList<double> column, IReadOnlyList<string> groups) =>
        [.. column.Zip(groups).GroupBy(pair => pair.Second, pair => pair.First, StringComparer.Ordinal).Select(group => group.Sum())];
}
