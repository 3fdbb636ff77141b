using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>Finds the items that train's people name together with those of a dialogue.</summary>
/// <remarks>
/// A conversation of train tells nothing about itself: neither its pairs nor its choices count for its own dialogues. Safe for use from
/// several threads.
/// </remarks>
internal sealed class CollaborativeRetrieval
{
    // As in the statistics of Remap: what two seen items tell beside a seen and a true one, and how much a rare item is doubted.
    private const double SameSideWeight = 0.5;
    private const double Smoothing = 10;

    private readonly ItemCatalog _catalog;
    private readonly Popularity _popularity;
    private readonly LeaveOneOutCounts _together;

    private CollaborativeRetrieval(ItemCatalog catalog, Popularity popularity, LeaveOneOutCounts together) =>
        (_catalog, _popularity, _together) = (catalog, popularity, together);

    /// <summary>Counts what train names together.</summary>
    /// <param name="train">The dialogues of train; those without a true item of the catalog add nothing.</param>
    /// <param name="catalog">The items.</param>
    /// <exception cref="InvalidDataException">No dialogue has a true item that is in the catalog.</exception>
    public static CollaborativeRetrieval Fit(IReadOnlyCollection<Dialogue> train, ItemCatalog catalog)
    {
        var popularity = Popularity.Fit(train, catalog);
        if (popularity.Counts.All(count => count == 0))
        {
            throw new InvalidDataException(
                "No dialogue of train has a true item that is in the catalog, so that nothing can be retrieved; "
                + "check that both are of the same data set.");
        }

        var linked = LinkedDialogue.ByConversation(train, catalog, WordVocabulary.Empty);
        var together = new LeaveOneOutCounts(
            catalog.Count, catalog.Count, linked, dialogue => CoMention.Entries(dialogue, SameSideWeight), Smoothing, neighbours: 1);
        return new CollaborativeRetrieval(catalog, popularity, together);
    }

    /// <summary>Returns the items most named together with the given ones; the most popular ones where none is given.</summary>
    /// <param name="conversation">The dialogue's conversation, which is left out.</param>
    /// <param name="items">What the dialogue speaks well of.</param>
    /// <param name="excluded">Items that are passed over.</param>
    /// <param name="count">K: how many at most; an item that was never named together with any is not among them.</param>
    public IReadOnlyList<int> Find(string conversation, IReadOnlyList<int> items, IReadOnlySet<int> excluded, int count)
    {
        double[] scores;
        if (items.Count == 0)
        {
            scores = _popularity.CountsWithout(conversation);
        }
        else
        {
            scores = new double[_catalog.Count];
            var own = _together.Own(conversation);
            foreach (var item in items)
                _together.AddRow(item, own, scores, 1);
        }

        return [.. TopItems.Of(scores, count, excluded).Where(item => scores[item] > 0)];
    }
}
