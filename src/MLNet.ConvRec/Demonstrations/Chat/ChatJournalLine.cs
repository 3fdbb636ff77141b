using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>One line of a journal: <c>{"key","model","text","inputTokens","outputTokens"}</c>.</summary>
internal static class ChatJournalLine
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ReadOnlySpan<byte> Start => "{\"key\":\""u8;

    /// <summary>Writes a line without its line break.</summary>
    public static void Write(IBufferWriter<byte> line, string key, ChatAnswer answer)
    {
        using var json = new Utf8JsonWriter(line, Readable);
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteString("model", answer.Model);
        json.WriteString("text", answer.Text);
        json.WriteNumber("inputTokens", answer.InputTokens);
        json.WriteNumber("outputTokens", answer.OutputTokens);
        json.WriteEndObject();
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="InvalidDataException">The line is damaged; the sentence tells how, not where.</exception>
    public static (string Key, ChatAnswer Answer) Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var fields = JsonElement.Parse(line);
            if (fields.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException("not a JSON object.");
            return (
                fields.NonBlankText("key"),
                new ChatAnswer(
                    fields.Text("text"), fields.OptionalText("model"), Tokens(fields, "inputTokens"), Tokens(fields, "outputTokens")));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"not valid JSON at byte {error.BytePositionInLine + 1}.", error);
        }
    }

    /// <summary>Whether a piece of text is the beginning of a line, so that it may be one that was torn.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> piece) => piece.StartsWith(Start) || Start.StartsWith(piece);

    private static long Tokens(JsonElement fields, string name) => (long)(fields.OptionalNumber(name) ?? 0);
}
