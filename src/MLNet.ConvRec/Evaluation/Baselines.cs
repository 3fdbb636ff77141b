using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Evaluation;

/// <summary>The rows that every table prints beside the systems under test (spec: "Metrics").</summary>
public static class Baselines
{
    /// <summary>Repeats the items of the context, the newest first, and nothing more: what a system gains by copying.</summary>
    /// <remarks>A seen title never hits, so its accuracy is 0 unless the evaluation counts repeats of the context.</remarks>
    /// <param name="dialogues">The dialogues to recommend for.</param>
    /// <param name="catalog">The catalog by which absent <see cref="Dialogue.Seen"/> items are found in the text.</param>
    /// <param name="count">The longest list, at least 1.</param>
    public static IEnumerable<RecommendationList> Repeater(IEnumerable<Dialogue> dialogues, ItemCatalog catalog, int count)
    {
        ArgumentNullException.ThrowIfNull(dialogues);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return dialogues.Select(dialogue => new RecommendationList(dialogue.Id, Repeat(SeenItems.Of(dialogue, catalog), count)));
    }

    private static Recommendation[] Repeat(IReadOnlyList<ItemReference> seen, int count) =>
        [.. seen.Reverse().Distinct().Take(count).Select((item, index) => new Recommendation(index + 1, item.Title, item.Year, -index))];
}
