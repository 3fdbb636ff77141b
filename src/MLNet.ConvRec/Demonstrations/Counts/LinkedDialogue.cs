using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Counts;

/// <summary>A dialogue by catalog indices and word numbers: all that the statistics of train need of it.</summary>
/// <param name="Conversation">The conversation that it was cut from.</param>
/// <param name="Seen">Items already named, each once; unknown ones are left out.</param>
/// <param name="Truth">Items really chosen, each once; unknown ones are left out.</param>
/// <param name="Words">Numbers of the words that were said, each once.</param>
internal sealed record LinkedDialogue(string Conversation, int[] Seen, int[] Truth, int[] Words)
{
    public static LinkedDialogue Of(Dialogue dialogue, ItemCatalog catalog, WordVocabulary words) => new(
        dialogue.ConversationId,
        Link(SeenItems.Of(dialogue, catalog), catalog),
        Link(dialogue.GroundTruth, catalog),
        words.NumbersOf(dialogue));

    /// <summary>Links the dialogues of train.</summary>
    public static ILookup<string, LinkedDialogue> ByConversation(IEnumerable<Dialogue> train, ItemCatalog catalog, WordVocabulary words) =>
        train.Select(dialogue => Of(dialogue, catalog, words)).ToLookup(dialogue => dialogue.Conversation, StringComparer.Ordinal);

    /// <summary>Every item that a list for the dialogue may not contain: those with the title of one that was seen.</summary>
    public static HashSet<int> SeenTitles(Dialogue dialogue, ItemCatalog catalog) =>
        [.. catalog.IndicesOf(SeenItems.Of(dialogue, catalog))];

    /// <summary>
    /// Finds the item of this title whose year is the same, else the nearest at most <paramref name="yearTolerance"/> away.
    /// </summary>
    /// <returns>The item's index, or −1.</returns>
    public static int Find(ItemReference reference, ItemCatalog catalog, int yearTolerance = TitleMatcher.YearTolerance)
    {
        var exact = catalog.IndexOf(reference);
        if (exact >= 0 || reference.Year is not { } year)
            return exact;
        var (best, bestDistance) = (-1, yearTolerance + 1);
        foreach (var item in catalog.WithTitle(reference.Title))
        {
            if (catalog.Items[item].Year is { } other && Math.Abs(other - year) < bestDistance)
                (best, bestDistance) = (item, Math.Abs(other - year));
        }

        return best;
    }

    /// <summary>Finds items, each once; unknown ones are left out.</summary>
    public static int[] Link(IEnumerable<ItemReference> items, ItemCatalog catalog, int yearTolerance = TitleMatcher.YearTolerance) =>
        [.. items.Select(item => Find(item, catalog, yearTolerance)).Where(index => index >= 0).Distinct()];
}
