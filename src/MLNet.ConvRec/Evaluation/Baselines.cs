using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Evaluation;

/// <summary>The rows that every table prints beside the systems under test (spec: "Metrics").</summary>
public static class Baselines
{
    /// <summary>Asks a ranking for the list of each dialogue, such as <c>Popularity.Fit(train, catalog).Rank</c>. Lazy.</summary>
    /// <param name="dialogues">The dialogues to recommend for.</param>
    /// <param name="rank">Gives the list for a dialogue and a count.</param>
    /// <param name="count">The longest list, at least 1.</param>
    public static IEnumerable<RecommendationList> Lists(
        IEnumerable<Dialogue> dialogues,
        Func<Dialogue, int, IReadOnlyList<Recommendation>> rank,
        int count)
    {
        ArgumentNullException.ThrowIfNull(dialogues);
        ArgumentNullException.ThrowIfNull(rank);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return dialogues.Select(dialogue => new RecommendationList(dialogue.Id, rank(dialogue, count)));
    }

    /// <summary>Repeats the items of the context, the newest first, and nothing more: what a system gains by copying.</summary>
    /// <remarks>A seen title never hits, so its accuracy is 0 unless the evaluation counts repeats of the context.</remarks>
    /// <param name="dialogues">The dialogues to recommend for.</param>
    /// <param name="catalog">The catalog by which absent <see cref="Dialogue.Seen"/> items are found in the text.</param>
    /// <param name="count">The longest list, at least 1.</param>
    public static IEnumerable<RecommendationList> Repeater(IEnumerable<Dialogue> dialogues, ItemCatalog catalog, int count)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Lists(dialogues, (dialogue, longest) => Repeat(SeenItems.Of(dialogue, catalog), longest), count);
    }

    private static Recommendation[] Repeat(IReadOnlyList<ItemReference> seen, int count) =>
        [.. seen.Reverse().Distinct().Take(count).Select((item, index) => new Recommendation(index + 1, item.Title, item.Year, -index))];
}
