using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>The rows that every table compares with: popularity, named-together, and the naive repeater.</summary>
internal static class BaselineRows
{
    private const int ListLength = 20;

    /// <summary>Evaluates them.</summary>
    /// <param name="train">What popularity and named-together count.</param>
    /// <param name="dialogues">The dialogues to evaluate on.</param>
    /// <param name="catalog">The items.</param>
    /// <param name="options">As for the systems.</param>
    public static IEnumerable<SystemEvaluation> Of(
        IReadOnlyList<Dialogue> train, IReadOnlyList<Dialogue> dialogues, ItemCatalog catalog, EvaluationOptions options)
    {
        (string Name, IEnumerable<RecommendationList> Lists)[] rows =
        [
            (SystemNames.Popularity, Baselines.Lists(dialogues, Popularity.Fit(train, catalog).Rank, ListLength)),
            (SystemNames.NamedTogether, Baselines.Lists(dialogues, NamedTogether.Fit(train, catalog).Rank, ListLength)),
            (SystemNames.Repeater, Baselines.Repeater(dialogues, catalog, ListLength)),
        ];
        return rows.Select(row => RecommendationEvaluator.Evaluate(row.Name, row.Lists, dialogues, catalog, options));
    }
}
