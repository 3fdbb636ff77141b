using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Evaluation;

/// <summary>A catalog of four films and short ways to write dialogues and lists.</summary>
internal static class EvaluationData
{
    public static ItemCatalog Shop { get; } = ItemCatalog.Create(
    [
        new CatalogItem { Title = "Alien", Year = 1979, Popularity = 6 },
        new CatalogItem { Title = "Heat", Year = 1995, Popularity = 2 },
        new CatalogItem { Title = "Up", Year = 2009, Popularity = 0 },
        new CatalogItem { Title = "Solaris", Year = 1972 },
    ]);

    public static ItemReference Alien { get; } = new("Alien", 1979);

    public static ItemReference Heat { get; } = new("Heat", 1995);

    public static ItemReference Up { get; } = new("Up", 2009);

    public static ItemReference Solaris { get; } = new("Solaris", 1972);

    public static ItemReference Unknown { get; } = new("Nobody Made This", 2001);

    public static Dialogue Dialogue(string id, ItemReference[] groundTruth, params ItemReference[] seen) =>
        new() { Id = id, Turns = [new Turn(Role.User, "A good film?")], Seen = seen, GroundTruth = groundTruth };

    /// <summary>Lines in rank order; <see langword="null"/> is a line that can't be read.</summary>
    public static RecommendationList List(string id, params ItemReference?[] lines) =>
        new(id, [.. lines.Select((line, index) => new Recommendation(index + 1, line?.Title ?? "", line?.Year, 0))]);
}
