using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>Counts what must hold of every line of lists, by titles and years alone: nothing of the graph's is trusted.</summary>
/// <param name="Lists">Lists, one a dialogue.</param>
/// <param name="Lines">Their lines.</param>
/// <param name="InCatalog">Lines that are an item of the catalog.</param>
/// <param name="Distinct">Lines whose item stands not earlier in the list.</param>
/// <param name="Unseen">Lines whose title is none of the dialogue's <c>seen</c>.</param>
/// <param name="Allowed">Lines that are one of the dialogue's candidates; all, where it has none.</param>
internal sealed record ListValidity(int Lists, int Lines, int InCatalog, int Distinct, int Unseen, int Allowed)
{
    /// <summary>Counts.</summary>
    /// <param name="lists">A list for each dialogue, in their order.</param>
    /// <param name="dialogues">The dialogues.</param>
    /// <param name="catalog">What may be recommended.</param>
    /// <param name="length">The lines that each list has.</param>
    /// <exception cref="InvalidOperationException">Something does not hold of some line, or a list is not of the length.</exception>
    public static ListValidity Of(IReadOnlyList<RecommendationList> lists, IReadOnlyList<Dialogue> dialogues, ItemCatalog catalog, int length)
    {
        var count = new ListValidity(0, 0, 0, 0, 0, 0);
        foreach (var (list, dialogue) in lists.Zip(dialogues))
        {
            ItemReference[] lines = [.. list.Recommendations.Select(line => new ItemReference(line.Title, line.Year))];
            if (list.Id != dialogue.Id || lines.Length != length)
                throw new InvalidOperationException($"Dialogue {dialogue.Id}: {lines.Length} lines of {length}, named {list.Id}.");
            var seen = SeenItems.Of(dialogue, catalog).Select(item => ItemKey.Of(item).Title).ToHashSet(StringComparer.Ordinal);
            var candidates = dialogue.Candidates?.Select(ItemKey.Of).ToHashSet();
            count = new ListValidity(
                count.Lists + 1,
                count.Lines + lines.Length,
                count.InCatalog + lines.Count(line => catalog.IndexOf(line) >= 0),
                count.Distinct + lines.Select(ItemKey.Of).Distinct().Count(),
                count.Unseen + lines.Count(line => !seen.Contains(ItemKey.Of(line).Title)),
                count.Allowed + lines.Count(line => candidates?.Contains(ItemKey.Of(line)) ?? true));
        }

        return count.Lists == dialogues.Count && new[] { count.InCatalog, count.Distinct, count.Unseen, count.Allowed }.All(holds => holds == count.Lines)
            ? count
            : throw new InvalidOperationException($"Not every line is valid, of {dialogues.Count} dialogues: {count}.");
    }
}
