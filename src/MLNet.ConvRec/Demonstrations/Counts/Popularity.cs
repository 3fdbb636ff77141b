using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Ranks by how often train's dialogues chose an item: the same list for everyone, but for what was seen.</summary>
/// <remarks>A conversation of train doesn't count for itself. Safe for use from several threads.</remarks>
public sealed class Popularity
{
    private readonly ItemCatalog _catalog;
    private readonly double[] _counts;
    private readonly ILookup<string, int> _chosen;

    private Popularity(ItemCatalog catalog, double[] counts, ILookup<string, int> chosen)
    {
        _catalog = catalog;
        _counts = counts;
        _chosen = chosen;
    }

    /// <summary>Counts the true items of train.</summary>
    /// <param name="train">The dialogues of train.</param>
    /// <param name="catalog">The items.</param>
    public static Popularity Fit(IEnumerable<Dialogue> train, ItemCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(catalog);
        var counts = new double[catalog.Count];
        var chosen = train
            .SelectMany(dialogue => LinkedDialogue.Link(dialogue.GroundTruth, catalog).Select(item => (dialogue.ConversationId, item)))
            .ToLookup(choice => choice.ConversationId, choice => choice.item, StringComparer.Ordinal);
        foreach (var item in chosen.SelectMany(conversation => conversation))
            counts[item]++;
        return new Popularity(catalog, counts, chosen);
    }

    /// <summary>Returns the most chosen items.</summary>
    /// <param name="dialogue">The dialogue; items with a seen title are left out.</param>
    /// <param name="count">The length of the list.</param>
    /// <returns>The items by rank; the score is the number of times.</returns>
    public IReadOnlyList<Recommendation> Rank(Dialogue dialogue, int count)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        return TopItems.List(CountsWithout(dialogue.ConversationId), count, LinkedDialogue.SeenTitles(dialogue, _catalog), _catalog);
    }

    /// <summary>How often train chose each item.</summary>
    internal IReadOnlyList<double> Counts => _counts;

    /// <summary>How often train without one conversation chose each item.</summary>
    internal double[] CountsWithout(string conversation)
    {
        var left = (double[])_counts.Clone();
        foreach (var item in _chosen[conversation])
            left[item]--;
        return left;
    }
}
