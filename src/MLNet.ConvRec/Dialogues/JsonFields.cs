using System.Text.Json;

namespace MLNet.ConvRec.Dialogues;

/// <summary>Reads the fields of one JSON object; a field of the wrong kind throws <see cref="InvalidDataException"/> with a sentence and no place.</summary>
/// <remarks>The place, file and line, is added by <see cref="JsonLines"/>. JSON null counts as absent.</remarks>
internal static class JsonFields
{
    /// <summary>Returns a field, or <see langword="null"/> where it is absent or JSON null.</summary>
    public static JsonElement? Field(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Returns a text that may be blank but not absent.</summary>
    public static string Text(this JsonElement element, string name) =>
        element.OptionalText(name) ?? throw new InvalidDataException($"\"{name}\" is missing; add it as a text.");

    /// <summary>Returns a text that holds more than white space.</summary>
    public static string NonBlankText(this JsonElement element, string name) =>
        element.OptionalText(name) is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw new InvalidDataException($"\"{name}\" is missing or blank; give it a text.");

    /// <summary>Returns a text, or <see langword="null"/> where it is absent.</summary>
    public static string? OptionalText(this JsonElement element, string name) =>
        element.Field(name) is { } value ? TextOf(value, name) : null;

    /// <summary>Returns a list of texts, empty where it is absent; a single text is a list of one.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement element, string name) => element.Field(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(text => TextOf(text, name))],
        { } single => [TextOf(single, name)],
    };

    /// <summary>Returns a finite number, or <see langword="null"/> where it is absent.</summary>
    public static double? OptionalNumber(this JsonElement element, string name)
    {
        if (element.Field(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw new InvalidDataException($"\"{name}\" is {Shown(value)}; it must be a number.");
    }

    /// <summary>Returns the items of a list, or <see langword="null"/> where it is absent.</summary>
    public static IEnumerable<JsonElement>? OptionalObjects(this JsonElement element, string name)
    {
        if (element.Field(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)
            ? value.EnumerateArray()
            : throw new InvalidDataException($"\"{name}\" must be a list of objects, like [{{…}}, {{…}}].");
    }

    /// <summary>Returns a whole number of a range, or <see langword="null"/> where it is absent.</summary>
    public static int? OptionalWhole(this JsonElement element, string name, int low, int high)
    {
        if (element.Field(name) is not { } value)
            return null;

        // Tables exported with gaps write 2016.0 for 2016.
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= low && number <= high && number == Math.Floor(number)
            ? (int)number
            : throw new InvalidDataException($"\"{name}\" is {Shown(value)}; it must be a whole number from {low} to {high}, or left out.");
    }

    /// <summary>Returns the year, or <see langword="null"/> where it is absent.</summary>
    public static int? OptionalYear(this JsonElement element) => element.OptionalWhole("year", 1, 9999);

    /// <summary>Returns the item that an object names by <c>title</c> and <c>year</c>.</summary>
    public static ItemReference Item(this JsonElement element) => new(element.NonBlankText("title"), element.OptionalYear());

    private static string TextOf(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw new InvalidDataException($"\"{name}\" is {Shown(value)}; it must be a text.");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataException($"\"{name}\" holds half of a surrogate pair (\\uD800 to \\uDFFF alone); write the whole character.", error);
        }
    }

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => value.GetRawText() is { Length: > 40 } raw ? raw[..40] + "…" : value.GetRawText(),
    };
}
