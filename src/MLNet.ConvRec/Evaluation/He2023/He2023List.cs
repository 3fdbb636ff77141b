using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation.Metrics;

namespace MLNet.ConvRec.Evaluation;

/// <summary>A written list as He et al. (CIKM 2023) evaluate it: by names of a vocabulary, without years.</summary>
/// <remarks>Immutable. Names are compared as they are, letter by letter.</remarks>
public sealed record He2023List
{
    /// <summary>The names read, by rank, each replaced by the nearest of the vocabulary.</summary>
    public required IReadOnlyList<He2023Name> Names { get; init; }

    /// <summary>The true names; each is a row of its own.</summary>
    public required IReadOnlyList<string> GroundTruth { get; init; }

    /// <summary>The names that the context has already named. The default is none.</summary>
    public IReadOnlyList<string> Seen { get; init; } = [];

    /// <summary>
    /// Takes a recommendation list for a dialogue, with the catalog's titles as the vocabulary: a line of the catalog is at distance 0, any
    /// other too far from every name. Years are not compared then, as in the source.
    /// </summary>
    /// <param name="list">The list.</param>
    /// <param name="dialogue">The dialogue that it is for.</param>
    /// <param name="catalog">The catalog.</param>
    public static He2023List Of(RecommendationList list, Dialogue dialogue, ItemCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(dialogue);
        ArgumentNullException.ThrowIfNull(catalog);
        return new He2023List
        {
            Names = [.. RankedLines.Of(list).Select(line => new He2023Name(Name(line), Distance(line)))],
            GroundTruth = [.. dialogue.GroundTruth.Select(Name)],
            Seen = [.. SeenItems.Of(dialogue, catalog).Select(Name)],
        };

        int Distance(ItemReference? line) => line is not null && catalog.IndexOf(line) >= 0 ? 0 : int.MaxValue;
    }

    private static string Name(ItemReference? item) => item is null ? "" : ItemKey.Of(item).Title;
}

/// <summary>A name that was read from a list.</summary>
/// <param name="Nearest">The nearest name of the vocabulary.</param>
/// <param name="Distance">The edit distance between what was written and that name.</param>
public sealed record He2023Name(string Nearest, int Distance);
