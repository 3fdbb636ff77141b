using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Demonstrations;

/// <summary>
/// A shop of 40 films of four kinds and seekers who name two films of a kind and choose a third, the later ones more often.
/// </summary>
internal static class SmallWorld
{
    private static readonly string[] Kinds = ["Horror", "Comedy", "Western", "Romance"];
    private static readonly string[] Names = ["Night", "River", "Stone", "Garden", "Winter", "Mirror", "Harbor", "Letter", "Crown", "Echo"];

    public static ItemCatalog Catalog { get; } = ItemCatalog.Create(Films(Kinds, 1980));

    /// <summary>The world holds the shop's films and as many others of the same kinds.</summary>
    public static IEnumerable<CatalogItem> WorldItems =>
        Catalog.Items.Concat(Films(["Horror", "Comedy", "Western", "Romance"], 2000, "Outer "));

    public static WorldTeacher Teacher => new(WorldItems, new WorldTeacherOptions());

    public static Dialogue[] Train(int conversations) => [.. Enumerable.Range(0, conversations).SelectMany(Conversation)];

    /// <summary>Two examples of one conversation; the second has seen what the first chose.</summary>
    public static Dialogue[] Conversation(int number)
    {
        var random = new Random(number);
        var kind = random.Next(Kinds.Length);
        int[] films = [.. Enumerable.Range(0, Names.Length).OrderByDescending(film => Math.Pow(random.NextDouble(), 1.0 / (film + 1)))];
        return [Example(number, kind, films[2..4], films[0], 1), Example(number, kind, [.. films[2..4], films[0]], films[1], 2)];
    }

    public static ItemReference Film(int kind, int film) => Catalog.Items[(kind * Names.Length) + film].Reference;

    private static Dialogue Example(int number, int kind, int[] seen, int chosen, int turn) => new()
    {
        Id = $"small-{number}-{turn}",
        Turns = [new Turn(
            Role.User, $"I like {Kinds[kind].ToLowerInvariant()} such as {string.Join(" and ", seen.Select(film => Film(kind, film)))}.")],
        Seen = [.. seen.Select(film => Film(kind, film))],
        GroundTruth = [Film(kind, chosen)],
    };

    private static IEnumerable<CatalogItem> Films(string[] kinds, int year, string prefix = "") =>
        kinds.SelectMany((kind, k) => Names.Select((name, n) => new CatalogItem
        {
            Title = $"{prefix}{name} of {kind}",
            Year = year + n,
            Genres = [kind],
            Popularity = 1 + ((n * 7) % 10),
        }));
}
