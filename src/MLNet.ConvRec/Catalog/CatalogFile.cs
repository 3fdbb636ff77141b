using System.Text.Json;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>Reads and writes catalogs as JSONL: <c>{"title","year"?,"genres"?,"director"?,"star"?,"plot"?,"popularity"?}</c>, one item a line, plain or gzip.</summary>
internal static class CatalogFile
{
    /// <summary>Reads items one by one. Genres, directors and stars may be a list or a single text; fields of other names are passed over.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">While enumerating: a line is malformed or has no title; the sentence names file and line.</exception>
    public static IEnumerable<CatalogItem> Read(string path) => JsonLines.Read(path, Parse);

    /// <summary>Writes items one by one; see <see cref="AtomicFile"/>.</summary>
    public static void Write(string path, IEnumerable<CatalogItem> items) => JsonLines.Write(path, items, Write);

    /// <summary>Reads the item of one object.</summary>
    public static CatalogItem Parse(JsonElement line) => new()
    {
        Title = line.NonBlankText("title"),
        Year = line.OptionalYear(),
        Genres = line.Texts("genres"),
        Directors = line.Texts("director"),
        Stars = line.Texts("star"),
        Plot = line.OptionalText("plot"),
        Popularity = line.OptionalNumber("popularity"),
    };

    private static void Write(Utf8JsonWriter json, CatalogItem item)
    {
        json.WriteStartObject();
        json.WriteItem(item.Title, item.Year);
        Write(json, "genres", item.Genres);
        Write(json, "director", item.Directors);
        Write(json, "star", item.Stars);
        if (item.Plot is { } plot)
            json.WriteString("plot", plot);
        if (item.Popularity is { } popularity)
            json.WriteNumber("popularity", popularity);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
