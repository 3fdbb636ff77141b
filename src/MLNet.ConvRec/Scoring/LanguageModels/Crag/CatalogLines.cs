using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Reading;

namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>Reads what a model writes as items of the catalog.</summary>
/// <remarks>
/// A bare title of several items means the most popular, by the catalog's own count. Safe for use from several threads.
/// </remarks>
internal sealed class CatalogLines(ItemCatalog catalog)
{
    private readonly ListReader _reader = new(catalog, [.. catalog.Items.Select(item => item.Popularity ?? 0)]);

    /// <summary>Reads one name.</summary>
    /// <returns>The name without numbering and quotes, linked if it is in the catalog; <see langword="null"/> if it is prose.</returns>
    public TeacherLine? Read(string name) => _reader.Read([name]).Lines is [var line, ..] ? line : null;

    /// <summary>Reads a list. Unknown, repeated and forbidden items are dropped, and those below move up.</summary>
    /// <param name="lines">The lines as written, by rank.</param>
    /// <param name="forbidden">Items that no list may hold.</param>
    /// <param name="count">The most items that are kept.</param>
    /// <returns>Catalog indices by rank, or <see langword="null"/> if no line names an item of the catalog.</returns>
    public int[]? Read(IReadOnlyList<string> lines, IReadOnlySet<int> forbidden, int count)
    {
        int[] items = [.. _reader.Read(lines).Lines.Where(line => line.Item is not null).Select(line => line.Item!.Value).Distinct()];
        return items.Length == 0 ? null : [.. items.Where(item => !forbidden.Contains(item)).Take(count)];
    }
}
