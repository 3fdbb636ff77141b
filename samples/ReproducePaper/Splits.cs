using MLNet.ConvRec.Dialogues;
using QuickStart;

namespace ReproducePaper;

/// <summary>Who is imitated, reinforced, tuned on and reported on; no conversation is in two of the last three.</summary>
/// <param name="Known">What the demonstrations are fitted on and imitate.</param>
/// <param name="HeldOut">What only reinforcement sees; empty: it takes what of <see cref="Known"/> was not imitated.</param>
/// <param name="Tuning">By these rates are chosen and best weights kept.</param>
/// <param name="Reported">These the table is of.</param>
internal sealed record Splits(IReadOnlyList<Dialogue> Known, IReadOnlyList<Dialogue> HeldOut, IReadOnlyList<Dialogue> Tuning, IReadOnlyList<Dialogue> Reported)
{
    private const int Seed = 3407;

    /// <summary>Divides the data.</summary>
    public static Splits Of(QuickStartData data, Recipe recipe)
    {
        var (heldOut, known) = Part(data.Train, (int)(recipe.HeldOut * data.Train.Count));
        var valid = data.Valid.Where(dialogue => dialogue.GroundTruth.Count > 0).ToArray();
        if (!recipe.IsReportedOnValid)
            return new Splits(known, heldOut, [.. valid.Take(recipe.TuningCount)], data.Test);
        var (tuning, reported) = Part(valid, recipe.TuningCount);
        return new Splits(known, heldOut, tuning, reported);
    }

    // Whole conversations, in an order of their own, until there are enough examples.
    private static (Dialogue[] First, Dialogue[] Others) Part(IReadOnlyList<Dialogue> dialogues, int count)
    {
        string[] conversations = [.. dialogues.Select(dialogue => dialogue.ConversationId).Distinct(StringComparer.Ordinal)];
        new Random(Seed).Shuffle(conversations);
        var sizes = dialogues.CountBy(dialogue => dialogue.ConversationId).ToDictionary(StringComparer.Ordinal);
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        var taken = 0;
        foreach (var conversation in conversations.TakeWhile(_ => taken < count))
        {
            chosen.Add(conversation);
            taken += sizes[conversation];
        }

        return ([.. dialogues.Where(dialogue => chosen.Contains(dialogue.ConversationId))], [.. dialogues.Where(dialogue => !chosen.Contains(dialogue.ConversationId))]);
    }
}
