using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;

namespace QuickStart.World;

/// <summary>The films that this sample carries, written for it: real titles, years and directors; invented popularity counts.</summary>
internal static class EmbeddedFilms
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>Returns the films that the simulated shop sells.</summary>
    public static ItemCatalog Shop() => ItemCatalog.Create(Read("films.jsonl"));

    /// <summary>Returns films that the world knows and the shop does not sell; a teacher from outside names some of them.</summary>
    public static IReadOnlyList<CatalogItem> Outside() => [.. Read("outside-films.jsonl")];

    private static IEnumerable<CatalogItem> Read(string name)
    {
        using var stream = typeof(EmbeddedFilms).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from the assembly.");
        using var lines = new StreamReader(stream);
        while (lines.ReadLine() is { } line)
            yield return JsonSerializer.Deserialize<Film>(line, Format)!.ToItem();
    }

    private sealed record Film(
        string Title,
        int Year,
        string[] Genres,
        [property: JsonPropertyName("director")] string[] Directors,
        string? Plot,
        double Popularity)
    {
        public CatalogItem ToItem() =>
            new() { Title = Title, Year = Year, Genres = Genres, Directors = Directors, Plot = Plot, Popularity = Popularity };
    }
}
