using System.Text.Json;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>
/// Reads and writes ranked lists as JSONL: <c>{"id","recommendations":[{"rank","title","year"?,"score"?}]}</c>, one dialogue a line, plain
/// or gzip; or as Parquet.
/// </summary>
/// <remarks>
/// Reading streams in constant memory. Fields of other names are passed over.
/// <para>Parquet has the columns <c>id</c> and <c>recommendations</c>, a list of structs with the fields above.</para>
/// </remarks>
public static class RecommendationFile
{
    /// <summary>Reads lists one by one; gzip and Parquet are known by the file's first bytes.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <returns>
    /// A sequence that opens the file anew each time it is enumerated. Lines stand by rank; an absent rank is the line's place, an absent
    /// score is NaN.
    /// A blank title is kept: it is a line that could not be read, a miss at its rank.
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file; thrown at the call.</exception>
    /// <exception cref="InvalidDataException">While enumerating: a line is malformed; the sentence names file, line and remedy.</exception>
    public static IEnumerable<RecommendationList> Read(string path) => JsonLines.Read(path, Parse);

    /// <summary>
    /// Writes lists one by one; gzip if the name ends with <c>.gz</c>, Parquet if with <c>.parquet</c>. The file is complete or left as it
    /// was, never half.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="lists">The lists. A score that is not finite is left out.</param>
    public static void Write(string path, IEnumerable<RecommendationList> lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        if (ParquetWriting.IsAskedFor(path))
            ParquetWriting.Write(path, lists.Select(ParquetRecommendations.From));
        else
            JsonLines.Write(path, lists, Write);
    }

    /// <summary>Writes lists as JSONL into a stream: a line is in it, whole, before the next list is asked for.</summary>
    internal static void Write(Stream stream, IEnumerable<RecommendationList> lists) => JsonLines.Write(stream, lists, Write);

    private static RecommendationList Parse(JsonElement line)
    {
        var id = line.NonBlankText("id");
        var objects = line.OptionalObjects("recommendations")
            ?? throw new InvalidDataException(
                "\"recommendations\" is missing; add it like \"recommendations\":[{\"rank\":1,\"title\":\"…\",\"year\":2016}].");
        Recommendation[] listed = [.. objects.Select(Item).OrderBy(item => item.Rank)];
        var repeated = listed.Zip(listed.Skip(1)).FirstOrDefault(pair => pair.First.Rank == pair.Second.Rank).First;
        return repeated is null
            ? new RecommendationList(id, listed)
            : throw new InvalidDataException($"rank {repeated.Rank} stands twice; number the recommendations 1, 2, 3 and so on.");
    }

    private static Recommendation Item(JsonElement item, int place) => new(
        item.OptionalWhole("rank", 1, int.MaxValue) ?? place + 1,
        item.Text("title"),
        item.OptionalYear(),
        item.OptionalNumber("score") ?? double.NaN);

    private static void Write(Utf8JsonWriter json, RecommendationList list)
    {
        json.WriteStartObject();
        json.WriteString("id", list.Id);
        json.WriteStartArray("recommendations");
        foreach (var item in list.Recommendations)
        {
            json.WriteStartObject();
            json.WriteNumber("rank", item.Rank);
            json.WriteItem(item.Title, item.Year);
            if (double.IsFinite(item.Score))
                json.WriteNumber("score", item.Score);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
