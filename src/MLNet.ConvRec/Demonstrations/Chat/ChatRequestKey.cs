using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Identifies a request: SHA-256 over JSON of all that determines its answer.</summary>
internal static class ChatRequestKey
{
    /// <summary>Returns the key in hexadecimal digits.</summary>
    /// <param name="messages">The messages; of text alone.</param>
    /// <param name="options">The options, or <see langword="null"/>.</param>
    /// <param name="defaultModel">The model that is asked where the options name none.</param>
    /// <exception cref="NotSupportedException">The answer depends on something that has no text.</exception>
    public static string Of(IEnumerable<ChatMessage> messages, ChatOptions? options, string? defaultModel)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("model", options?.ModelId ?? defaultModel);
            json.WriteStartArray("messages");
            foreach (var message in messages)
                Write(json, message);
            json.WriteEndArray();
            if (options is not null)
                Write(json, options);
            json.WriteEndObject();
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, ChatMessage message)
    {
        json.WriteStartArray();
        json.WriteStringValue(message.Role.Value);
        json.WriteStringValue(message.AuthorName);
        foreach (var content in message.Contents)
            json.WriteStringValue(content is TextContent text ? text.Text : throw NotKept($"a message of {content.GetType().Name}"));
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ChatOptions options)
    {
        if (options.Tools is { Count: > 0 })
            throw NotKept("ChatOptions.Tools");
        if (options.ConversationId is not null)
            throw NotKept("ChatOptions.ConversationId");
        if (options.RawRepresentationFactory is not null)
            throw NotKept("ChatOptions.RawRepresentationFactory");
        WriteValue(json, "instructions", options.Instructions);
        WriteValue(json, "temperature", options.Temperature);
        WriteValue(json, "topP", options.TopP);
        WriteValue(json, "topK", options.TopK);
        WriteValue(json, "maxOutputTokens", options.MaxOutputTokens);
        WriteValue(json, "frequencyPenalty", options.FrequencyPenalty);
        WriteValue(json, "presencePenalty", options.PresencePenalty);
        WriteValue(json, "seed", options.Seed);
        WriteValue(json, "reasoning", options.Reasoning);
        WriteValue(json, "stopSequences", options.StopSequences);
        WriteValue(json, "responseFormat", options.ResponseFormat);
        var additional = options.AdditionalProperties ?? [];
        foreach (var (name, value) in additional.OrderBy(property => property.Key, StringComparer.Ordinal))
            WriteValue(json, "additional." + name, value);
    }

    private static void WriteValue<T>(Utf8JsonWriter json, string name, T? value)
    {
        if (value is null)
            return;
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, AIJsonUtilities.DefaultOptions);
    }

    private static NotSupportedException NotKept(string what) => new(
        $"A journal keeps answers to texts alone, and can't tell requests with {what} apart; leave that out, or set "
        + "ChatGuardOptions.JournalPath to null.");
}
