using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Evaluation;

/// <summary>Splits dialogues into strata: where a system is good, and where it isn't.</summary>
/// <remarks>
/// Strata of items hold the dialogues with a true item of theirs, their ground truth narrowed to such items; a true item that the catalog
/// lacks is in none of them. A dialogue without ground truth is in none at all.
/// </remarks>
public static class EvaluationStrata
{
    private const double PopularShare = 0.5;

    /// <summary>Short and long dialogues, and where train is given items by how train knows them.</summary>
    /// <param name="dialogues">The dialogues to evaluate on.</param>
    /// <param name="catalog">The items.</param>
    /// <param name="train">What was trained on; <see langword="null"/> where unknown, so that items are not told apart.</param>
    public static IReadOnlyList<Stratum> Of(IReadOnlyList<Dialogue> dialogues, ItemCatalog catalog, IReadOnlyList<Dialogue>? train = null)
    {
        ArgumentNullException.ThrowIfNull(dialogues);
        ArgumentNullException.ThrowIfNull(catalog);
        Dialogue[] judged = [.. dialogues.Where(dialogue => dialogue.GroundTruth.Count > 0)];
        return train is null ? ByLength(judged) : [.. ByLength(judged), .. ByTrain(judged, catalog, train)];
    }

    private static Stratum[] ByLength(Dialogue[] dialogues)
    {
        if (dialogues.Length == 0)
            return [];
        var median = dialogues.Select(dialogue => dialogue.Turns.Count).Order().ElementAt((dialogues.Length - 1) / 2);
        return
        [
            new("shortDialogues", $"at most {median} turns, the median", [.. dialogues.Where(dialogue => dialogue.Turns.Count <= median)]),
            new("longDialogues", $"more than {median} turns", [.. dialogues.Where(dialogue => dialogue.Turns.Count > median)]),
        ];
    }

    private static Stratum[] ByTrain(Dialogue[] dialogues, ItemCatalog catalog, IReadOnlyList<Dialogue> train)
    {
        var chosen = Popularity.Fit(train, catalog).Counts;
        var popular = Popular(chosen);
        var named = train.SelectMany(dialogue => LinkedDialogue.Link(SeenItems.Of(dialogue, catalog), catalog)).ToHashSet();
        return
        [
            Items("popularItems", $"the {popular.Count} items that most often and together half of the time are chosen in train", popular.Contains),
            Items("rareItems", "chosen in train, but not popular", item => chosen[item] > 0 && !popular.Contains(item)),
            Items("neverChosenItems", "never chosen in train", item => chosen[item] == 0),
            Items("coldItems", "neither chosen nor named in train", item => chosen[item] == 0 && !named.Contains(item)),
        ];

        Stratum Items(string name, string rule, Func<int, bool> belongs) => new(name, rule, [.. dialogues
            .Select(dialogue => dialogue with { GroundTruth = [.. dialogue.GroundTruth.Where(item => LinkedDialogue.Find(item, catalog) is >= 0 and var index && belongs(index))] })
            .Where(dialogue => dialogue.GroundTruth.Count > 0)]);
    }

    // The fewest items, the most chosen first and the earlier of equals, that together have half of train's choices.
    private static HashSet<int> Popular(IReadOnlyList<double> chosen)
    {
        var popular = new HashSet<int>();
        var open = PopularShare * chosen.Sum();
        foreach (var item in Enumerable.Range(0, chosen.Count).OrderByDescending(item => chosen[item]).TakeWhile(_ => open > 0))
        {
            popular.Add(item);
            open -= chosen[item];
        }

        return popular;
    }
}
