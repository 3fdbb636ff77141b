using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>An item that may be recommended. Its identity is its normalised title and its year.</summary>
public sealed record CatalogItem
{
    /// <summary>The title as it is written in lists.</summary>
    public required string Title { get; init; }

    /// <summary>The year, or <see langword="null"/> in domains without one.</summary>
    public int? Year { get; init; }

    /// <summary>Genres or other kinds; empty where unknown.</summary>
    public IReadOnlyList<string> Genres { get; init; } = [];

    /// <summary>Directors or other makers; empty where unknown.</summary>
    public IReadOnlyList<string> Directors { get; init; } = [];

    /// <summary>Leading actors or other contributors; empty where unknown.</summary>
    public IReadOnlyList<string> Stars { get; init; } = [];

    /// <summary>One or two sentences on the item, or <see langword="null"/>.</summary>
    public string? Plot { get; init; }

    /// <summary>How often the world names the item: a count, or <see langword="null"/> where unknown.</summary>
    public double? Popularity { get; init; }

    /// <summary>The item as it is referred to in dialogues and lists.</summary>
    public ItemReference Reference => new(Title, Year);
}
