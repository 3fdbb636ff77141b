using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>The rows that every table compares with: popularity, named-together, and the naive repeater.</summary>
internal static class BaselineRows
{
    private const int ListLength = 20;

    /// <summary>Makes their lists, lazily.</summary>
    /// <param name="train">What popularity and named-together count.</param>
    /// <param name="dialogues">The dialogues to recommend for.</param>
    /// <param name="catalog">The items.</param>
    public static IEnumerable<NamedLists> Of(IReadOnlyList<Dialogue> train, IReadOnlyList<Dialogue> dialogues, ItemCatalog catalog) =>
    [
        new(SystemNames.Popularity, Baselines.Lists(dialogues, Popularity.Fit(train, catalog).Rank, ListLength)),
        new(SystemNames.NamedTogether, Baselines.Lists(dialogues, NamedTogether.Fit(train, catalog).Rank, ListLength)),
        new(SystemNames.Repeater, Baselines.Repeater(dialogues, catalog, ListLength)),
    ];
}
