using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>
/// Reads and writes demonstrations as JSONL, plain or gzip, in TRL's conversational form, with which TRL trains unchanged:
/// <c>{"id","prompt":[{"role","content"}],"completion":[{"role":"assistant","content":"Title (Year)\n…"}],"scores"?,"seen"?}</c>.
/// </summary>
public static class DemonstrationFile
{
    /// <summary>
    /// Writes demonstrations one by one; gzip if the name ends with <c>.gz</c>. The file is complete or left as it was, never half.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="demonstrations">The demonstrations.</param>
    /// <param name="options">What is said around each dialogue; by default what the policy's own prompt says.</param>
    public static void Write(string path, IEnumerable<Demonstration> demonstrations, DemonstrationFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(demonstrations);
        var (system, ask) = Around(options);
        JsonLines.Write(path, demonstrations, (json, demonstration) => Write(json, demonstration, system, ask));
    }

    /// <summary>Reads demonstrations one by one; gzip is known by the file's first bytes.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="options">What was said around each dialogue when it was written, to be taken off again.</param>
    /// <returns>A sequence that opens the file anew each time it is enumerated. Its dialogues have no ground truth.</returns>
    /// <exception cref="FileNotFoundException">There is no such file; thrown at the call.</exception>
    /// <exception cref="InvalidDataException">While enumerating: a line is malformed; the sentence names file, line and remedy.</exception>
    public static IEnumerable<Demonstration> Read(string path, DemonstrationFileOptions? options = null)
    {
        var (_, ask) = Around(options);
        return JsonLines.Read(path, line => Parse(line, ask));
    }

    private static (string System, string Ask) Around(DemonstrationFileOptions? options)
    {
        options ??= new DemonstrationFileOptions();
        options.Validate();
        var count = options.ListLength.ToString(CultureInfo.InvariantCulture);
        return (options.System, options.Ask.Replace("{N}", count, StringComparison.Ordinal));
    }

    private static void Write(Utf8JsonWriter json, Demonstration demonstration, string system, string ask)
    {
        json.WriteStartObject();
        json.WriteString("id", demonstration.Id);
        json.WriteStartArray("prompt");
        foreach (var (role, content) in Prompt(demonstration.Dialogue, system, ask))
            WriteMessage(json, role, content);
        json.WriteEndArray();
        json.WriteStartArray("completion");
        WriteMessage(json, "assistant", string.Join('\n', demonstration.Items.Select(item => ListLine.Format(item.Title, item.Year))));
        json.WriteEndArray();
        WriteScores(json, demonstration.Items);
        if (demonstration.Dialogue.Seen is { } seen)
            WriteSeen(json, seen);
        json.WriteEndObject();
    }

    private static List<(string Role, string Content)> Prompt(Dialogue dialogue, string system, string ask)
    {
        List<(string Role, string Content)> messages = system.Length == 0 ? [] : [("system", system)];
        messages.AddRange(dialogue.Turns.Select(turn => (turn.Role == Role.User ? "user" : "assistant", turn.Text)));
        if (messages is [.., ("user", var text)])
            messages[^1] = ("user", text.Length == 0 ? ask : $"{text}\n{ask}");
        else
            messages.Add(("user", ask));
        return messages;
    }

    private static void WriteMessage(Utf8JsonWriter json, string role, string content)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", content);
        json.WriteEndObject();
    }

    // JSON has no word for NaN, which a file without scores is read as.
    private static void WriteScores(Utf8JsonWriter json, IReadOnlyList<Recommendation> items)
    {
        if (!items.All(item => double.IsFinite(item.Score)))
            return;
        json.WriteStartArray("scores");
        foreach (var item in items)
            json.WriteNumberValue(item.Score);
        json.WriteEndArray();
    }

    private static void WriteSeen(Utf8JsonWriter json, IReadOnlyList<ItemReference> seen)
    {
        json.WriteStartArray("seen");
        foreach (var item in seen)
        {
            json.WriteStartObject();
            json.WriteItem(item.Title, item.Year);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static Demonstration Parse(JsonElement line, string ask)
    {
        var id = line.NonBlankText("id");
        var dialogue = new Dialogue
        {
            Id = id,
            Turns = Turns(line, ask),
            Seen = line.OptionalObjects("seen") is { } seen ? [.. seen.Select(item => item.Item())] : null,
        };
        return new Demonstration(id, dialogue, Items(line));
    }

    private static Turn[] Turns(JsonElement line, string ask)
    {
        var messages = Messages(line, "prompt").Where(message => message.Role != "system").ToList();
        if (messages.Count > 0 && messages[^1].Content == ask)
            messages.RemoveAt(messages.Count - 1);
        else if (messages.Count > 0 && messages[^1].Content.EndsWith("\n" + ask, StringComparison.Ordinal))
            messages[^1] = messages[^1] with { Content = messages[^1].Content[..^(ask.Length + 1)] };
        return messages.Count > 0
            ? [.. messages.Select(message => new Turn(RoleOf(message.Role), message.Content))]
            : throw new InvalidDataException("\"prompt\" holds no message of the dialogue; give it at least one of role \"user\".");
    }

    private static Role RoleOf(string role) => role switch
    {
        "user" => Role.User,
        "assistant" => Role.Assistant,
        _ => throw new InvalidDataException($"unknown role \"{role}\"; use \"system\", \"user\" or \"assistant\"."),
    };

    private static Recommendation[] Items(JsonElement line)
    {
        var completion = Messages(line, "completion").ToArray();
        if (completion is not [{ Role: "assistant" }])
            throw new InvalidDataException("\"completion\" must be one message of role \"assistant\".");
        string[] written = completion[0].Content.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var scores = Scores(line);
        if (scores is not null && scores.Length != written.Length)
            throw new InvalidDataException($"\"scores\" has {scores.Length} numbers for {written.Length} lines; give one for each line.");
        return [.. written.Select((text, i) => Item(ListLine.Parse(text)!, i + 1, scores?[i] ?? double.NaN))];
    }

    private static Recommendation Item(ItemReference item, int rank, double score) => new(rank, item.Title, item.Year, score);

    private static double[]? Scores(JsonElement line)
    {
        if (line.Field("scores") is not { } scores)
            return null;
        return scores.ValueKind == JsonValueKind.Array && scores.EnumerateArray().All(score => score.ValueKind == JsonValueKind.Number)
            ? [.. scores.EnumerateArray().Select(score => score.GetDouble())]
            : throw new InvalidDataException("\"scores\" must be a list of numbers, one for each line.");
    }

    private static IEnumerable<Message> Messages(JsonElement line, string name) =>
        (line.OptionalObjects(name)
            ?? throw new InvalidDataException($"\"{name}\" is missing; add it like \"{name}\":[{{\"role\":…,\"content\":…}}]."))
        .Select(message => new Message(message.Text("role"), message.Text("content")));

    private sealed record Message(string Role, string Content);
}
