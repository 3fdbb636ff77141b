using System.Text.Json;

namespace MLNet.ConvRec.Dialogues;

/// <summary>
/// Reads and writes dialogues as JSONL: <c>{"id","turns":[{"role","text"}],"seen"?,"groundTruth"?,"candidates"?}</c>, one a line, plain or
/// gzip; or as Parquet.
/// </summary>
/// <remarks>
/// Reading streams: a file of any size takes the memory of its longest line. Fields of other names are passed over.
/// <para>
/// Parquet has a column for each field: <c>id</c> as text; the others as text that holds the field's JSON, or as lists of structs. Reading
/// takes the memory of one row group. A bad row is told by its number, as a line is.
/// </para>
/// </remarks>
public static class DialogueFile
{
    /// <summary>Reads dialogues one by one; gzip and Parquet are known by the file's first bytes.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="options">What to do with malformed lines; by default the first one throws.</param>
    /// <returns>A sequence that opens the file anew each time it is enumerated.</returns>
    /// <exception cref="FileNotFoundException">There is no such file; thrown at the call.</exception>
    /// <exception cref="InvalidDataException">While enumerating: a line is malformed; the sentence names file, line and remedy.</exception>
    public static IEnumerable<Dialogue> Read(string path, DialogueReadOptions? options = null) =>
        JsonLines.Read(path, Parse, Skipped(options));

    /// <summary>Reads dialogues of a stream one by one; a pipe will do, except for Parquet.</summary>
    /// <param name="path">What errors call it.</param>
    /// <param name="open">Opens the stream, once for each enumeration, whose end closes it.</param>
    /// <param name="options">What to do with malformed lines.</param>
    internal static IEnumerable<Dialogue> Read(string path, Func<Stream> open, DialogueReadOptions? options = null) =>
        JsonLines.Read(path, open, Parse, Skipped(options));

    /// <summary>
    /// Writes dialogues one by one; gzip if the name ends with <c>.gz</c>, Parquet if with <c>.parquet</c>. The file is complete or left as
    /// it was, never half.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="dialogues">The dialogues. An unknown <see cref="Dialogue.Seen"/> is left out, an empty one is written; so are candidates.</param>
    public static void Write(string path, IEnumerable<Dialogue> dialogues)
    {
        ArgumentNullException.ThrowIfNull(dialogues);
        if (ParquetWriting.IsAskedFor(path))
            ParquetWriting.Write(path, dialogues.Select(Row));
        else
            JsonLines.Write(path, dialogues, Write);
    }

    private static Action<InvalidLine>? Skipped(DialogueReadOptions? options) =>
        options is { SkipInvalid: true } ? options.OnInvalid ?? (_ => { }) : null;

    private static Dialogue Parse(JsonElement line) => new()
    {
        Id = line.NonBlankText("id"),
        Turns = Turns(line),
        Seen = line.OptionalObjects("seen") is { } seen ? [.. seen.Select(item => item.Item())] : null,
        Candidates = line.OptionalObjects("candidates") is { } candidates ? [.. candidates.Select(item => item.Item())] : null,
        GroundTruth = [.. (line.OptionalObjects("groundTruth") ?? []).Select(item => item.Item())],
    };

    private static Turn[] Turns(JsonElement line)
    {
        var objects = line.OptionalObjects("turns")
            ?? throw new InvalidDataException("\"turns\" is missing; add it like \"turns\":[{\"role\":\"user\",\"text\":\"…\"}].");
        Turn[] turns = [.. objects.Select(turn => new Turn(RoleOf(turn), turn.Text("text")))];
        return turns.Any(turn => !string.IsNullOrWhiteSpace(turn.Text))
            ? turns
            : throw new InvalidDataException("the dialogue is empty; give it at least one turn with a text.");
    }

    private static Role RoleOf(JsonElement turn) => turn.Text("role") switch
    {
        "user" => Role.User,
        "assistant" => Role.Assistant,
        var unknown => throw new InvalidDataException($"unknown role \"{unknown}\"; use \"user\" or \"assistant\"."),
    };

    // The fields of the line, each as its JSON.
    private static ParquetDialogue Row(Dialogue dialogue)
    {
        var line = JsonElement.Parse(JsonLines.Line(dialogue, Write));
        string? Json(string name) => line.Field(name)?.GetRawText();
        return new ParquetDialogue { Id = dialogue.Id, Turns = Json("turns")!, Seen = Json("seen"), GroundTruth = Json("groundTruth"), Candidates = Json("candidates") };
    }

    private static void Write(Utf8JsonWriter json, Dialogue dialogue)
    {
        json.WriteStartObject();
        json.WriteString("id", dialogue.Id);
        json.WriteStartArray("turns");
        foreach (var turn in dialogue.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role", turn.Role == Role.User ? "user" : "assistant");
            json.WriteString("text", turn.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (dialogue.Seen is { } seen)
            Write(json, "seen", seen);
        Write(json, "groundTruth", dialogue.GroundTruth);
        if (dialogue.Candidates is { } candidates)
            Write(json, "candidates", candidates);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ItemReference> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteItem(item.Title, item.Year);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
