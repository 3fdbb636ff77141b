using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Demonstrations.Chat;

namespace MLNet.ConvRec.Demonstrations.Reflect;

/// <summary>Reads grades that a model wrote as JSON, whatever it was asked for.</summary>
internal static partial class JsonGrades
{
    private static readonly string[] NumberNames = ["number", "id", "index", "no", "candidate", "item"];
    private static readonly string[] GradeNames = ["grade", "rating", "score", "value"];

    /// <summary>
    /// Reads <c>[2, -1]</c>, <c>{"1": 2}</c>, <c>[{"number": 1, "grade": 2}]</c>, or one of them within an object or prose.
    /// </summary>
    /// <param name="answer">The answer.</param>
    /// <param name="count">How many grades a bare list must have, so that it is known whose each is.</param>
    /// <returns>Numbers and grades; none if there is no such JSON.</returns>
    public static (int Number, double Grade)[] Read(string answer, int count)
    {
        var (start, end) = (answer.AsSpan().IndexOfAny('[', '{'), answer.AsSpan().LastIndexOfAny(']', '}'));
        if (start < 0 || end < start)
            return [];
        try
        {
            return [.. Of(JsonElement.Parse(Plus().Replace(answer[start..(end + 1)], "")), count)];
        }
        catch (JsonException)
        {
            // Brackets stand in lines as well: "[1] +2".
            return [];
        }
    }

    private static IEnumerable<(int Number, double Grade)> Of(JsonElement json, int count) => json.ValueKind switch
    {
        JsonValueKind.Array => OfList([.. json.EnumerateArray()], count),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(field => OfField(field, count)),
        _ => [],
    };

    private static IEnumerable<(int Number, double Grade)> OfField(JsonProperty field, int count)
    {
        if (field.Value.ValueKind is JsonValueKind.Array || (field.Value.ValueKind is JsonValueKind.Object && Whole(field.Name) is null))
            return Of(field.Value, count);
        var grade = field.Value.ValueKind is JsonValueKind.Object ? Named(field.Value, GradeNames) : Number(field.Value);
        return Whole(field.Name) is { } number && grade is { } known ? [(number, known)] : [];
    }

    private static IEnumerable<(int Number, double Grade)> OfList(JsonElement[] list, int count)
    {
        var objects = list.Where(element => element.ValueKind == JsonValueKind.Object).ToArray();
        if (objects.Length == 0)
        {
            return list.Length == count
                ? list.Select((element, i) => (i + 1, Number(element))).Where(grade => grade.Item2 is not null).Select(Known)
                : [];
        }

        return objects
            .Select(element => ((int?)Named(element, NumberNames), Named(element, GradeNames)))
            .Where(grade => grade is (not null, not null))
            .Select(grade => (grade.Item1!.Value, grade.Item2!.Value));

        static (int, double) Known((int Number, double? Grade) grade) => (grade.Number, grade.Grade!.Value);
    }

    private static double? Named(JsonElement element, string[] names)
    {
        foreach (var field in element.EnumerateObject())
        {
            if (names.Contains(field.Name, StringComparer.OrdinalIgnoreCase) && Number(field.Value) is { } number)
                return number;
        }

        return null;
    }

    // Also a number within quotes, with or without a sign.
    private static double? Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String => double.TryParse(element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? number : null,
        _ => null,
    };

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // A grade as it was asked for, but no number of JSON.
    [GeneratedRegex(@"(?<=[:,\[]\s*)\+(?=\d)")]
    private static partial Regex Plus();
}
