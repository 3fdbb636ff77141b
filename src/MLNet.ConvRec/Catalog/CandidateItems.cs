using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>The items that alone a dialogue's list may hold, where it came with such.</summary>
internal static class CandidateItems
{
    /// <summary>Finds the candidates in the catalog, by title and year as the one matcher does; unknown ones are passed over.</summary>
    /// <returns>
    /// Their indices, each once, in the order given; <see langword="null"/> where no candidates were given: all items may be listed.
    /// </returns>
    public static IReadOnlyList<int>? Of(Dialogue dialogue, ItemCatalog catalog) => dialogue.Candidates is { Count: > 0 } given
        ? [.. given.Select(catalog.IndexOf).Where(index => index >= 0).Distinct()]
        : null;

    /// <summary>Returns the items that a list may not hold: those with a seen title, and those that are no candidates.</summary>
    /// <returns>Distinct indices, ascending.</returns>
    public static IReadOnlyList<int> Closed(Dialogue dialogue, IReadOnlyList<ItemReference> seen, ItemCatalog catalog)
    {
        var excluded = catalog.IndicesOf(seen);
        return Of(dialogue, catalog) is { } candidates
            ? [.. Enumerable.Range(0, catalog.Count).Except(candidates).Union(excluded).Order()]
            : excluded;
    }
}
