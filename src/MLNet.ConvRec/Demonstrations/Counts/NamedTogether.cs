using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>
/// Ranks by how often train names an item together with the seen ones, and a little by popularity: it knows this shop, but reads no words.
/// </summary>
/// <remarks>A conversation of train doesn't count for itself. Safe for use from several threads.</remarks>
public sealed class NamedTogether
{
    private const double Smoothing = 10;
    private const double PopularityWeight = 0.5;

    private readonly ItemCatalog _catalog;
    private readonly Popularity _popularity;
    private readonly LeaveOneOutCounts _together;

    private NamedTogether(ItemCatalog catalog, Popularity popularity, LeaveOneOutCounts together)
    {
        _catalog = catalog;
        _popularity = popularity;
        _together = together;
    }

    /// <summary>Counts the pairs of a seen and a true item in train.</summary>
    /// <param name="train">The dialogues of train.</param>
    /// <param name="catalog">The items.</param>
    public static NamedTogether Fit(IEnumerable<Dialogue> train, ItemCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(catalog);
        var dialogues = train.ToArray();
        var linked = LinkedDialogue.ByConversation(dialogues, catalog, WordVocabulary.Empty);
        var together = new LeaveOneOutCounts(
            catalog.Count, catalog.Count, linked, dialogue => CoMention.Entries(dialogue, sameSideWeight: 0), Smoothing, neighbours: 1);
        return new NamedTogether(catalog, Popularity.Fit(dialogues, catalog), together);
    }

    /// <summary>Returns the items that are most named together with those of the dialogue.</summary>
    /// <param name="dialogue">The dialogue; items with a seen title are left out.</param>
    /// <param name="count">The length of the list.</param>
    /// <returns>The items by rank.</returns>
    public IReadOnlyList<Recommendation> Rank(Dialogue dialogue, int count)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        var scores = _popularity.CountsWithout(dialogue.ConversationId);
        var total = Math.Max(1, scores.Sum());
        for (var item = 0; item < scores.Length; item++)
            scores[item] *= PopularityWeight / total;
        var own = _together.Own(dialogue.ConversationId);
        foreach (var seen in LinkedDialogue.Link(SeenItems.Of(dialogue, _catalog), _catalog))
            _together.AddRow(seen, own, scores, 1);
        return TopItems.List(scores, count, LinkedDialogue.SeenTitles(dialogue, _catalog), _catalog);
    }
}
