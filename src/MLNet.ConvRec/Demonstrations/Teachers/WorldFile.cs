using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Teachers;

/// <summary>Reads a world of items and ratings from files, such as MovieLens.</summary>
internal static class WorldFile
{
    // Of stars from 0.5 to 5; below it a rating is no liking.
    private const double LeastLiking = 3.5;

    /// <summary>Reads items: catalog lines with the <c>movieId</c> by which ratings call them.</summary>
    public static IReadOnlyList<(CatalogItem Item, long? Id)> ReadItems(string path)
    {
        (CatalogItem, long?)[] items = [.. JsonLines.Read(path, line => (CatalogFile.Parse(line), Id(line)))];
        return items.Length > 0
            ? items
            : throw new InvalidDataException(
                $"{path}: no item; give the world at least one line like {{\"title\":\"Arrival\",\"year\":2016,\"movieId\":1}}.");
    }

    /// <summary>Reads who liked what from a CSV file with the columns <c>userId</c>, <c>movieId</c> and <c>rating</c>.</summary>
    public static IEnumerable<(long Rater, long Item)> ReadLiked(string path)
    {
        JsonLines.RequireFile(path);
        using var lines = File.ReadLines(path).GetEnumerator();
        var header = lines.MoveNext() ? lines.Current.Split(',').Select(name => name.Trim()).ToList() : [];
        var (user, item, rating) = (Column(header, "userId", path), Column(header, "movieId", path), Column(header, "rating", path));
        for (var number = 2; lines.MoveNext(); number++)
        {
            if (lines.Current.Length == 0)
                continue;
            var fields = lines.Current.Split(',');
            if (fields.Length <= Math.Max(user, Math.Max(item, rating))
                || !long.TryParse(fields[user], NumberStyles.Integer, CultureInfo.InvariantCulture, out var rater)
                || !long.TryParse(fields[item], NumberStyles.Integer, CultureInfo.InvariantCulture, out var rated)
                || !double.TryParse(fields[rating], NumberStyles.Float, CultureInfo.InvariantCulture, out var stars))
                throw new InvalidDataException($"{path}, line {number}: userId, movieId and rating must be numbers, like 1,296,4.5.");
            if (stars >= LeastLiking)
                yield return (rater, rated);
        }
    }

    private static int Column(List<string> header, string name, string path) => header.IndexOf(name) is var column and >= 0
        ? column
        : throw new InvalidDataException(
            $"{path}, line 1: there is no column {name}; the first line must name userId, movieId and rating.");

    private static long? Id(JsonElement line) => line.OptionalNumber("movieId") is { } id ? (long)id : null;
}
