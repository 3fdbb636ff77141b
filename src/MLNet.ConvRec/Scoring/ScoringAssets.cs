using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Scoring;

/// <summary>What scoring needs beside the ONNX graph, and carries through <c>model.zip</c> as one JSON text.</summary>
/// <param name="TokenizerJson">The policy's <c>tokenizer.json</c>.</param>
/// <param name="Prompt">What the policy was trained to be asked with; its list length is the graph's.</param>
/// <param name="Items">Titles and years in catalog order: the graph knows an item by its place here.</param>
internal sealed record ScoringAssets(string TokenizerJson, PromptOptions Prompt, IReadOnlyList<ItemReference> Items)
{
    private const int Format = 1;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The assets of a policy and a catalog.</summary>
    public static ScoringAssets Of(ChatPrompt prompt, ItemCatalog catalog) =>
        new(prompt.Tokenizer.Json, prompt.Options, [.. catalog.Items.Select(item => item.Reference)]);

    /// <summary>Writes the assets as JSON.</summary>
    public string ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WritePropertyName("prompt");
            JsonSerializer.Serialize(json, Prompt, JsonSerializerOptions.Web);
            json.WriteStartArray("items");
            foreach (var item in Items)
                JsonSerializer.Serialize(json, item, JsonSerializerOptions.Web);
            json.WriteEndArray();
            json.WritePropertyName("tokenizer");
            json.WriteRawValue(TokenizerJson);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>Reads the assets that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">They were written by a later version.</exception>
    public static ScoringAssets Parse(ReadOnlyMemory<char> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.GetProperty("format").GetInt32() is var format and not Format)
            throw new InvalidDataException($"The model holds scoring assets of format {format}; this version of MLNet.ConvRec reads format {Format}: update it.");
        return new ScoringAssets(
            root.GetProperty("tokenizer").GetRawText(),
            root.GetProperty("prompt").Deserialize<PromptOptions>(JsonSerializerOptions.Web)!,
            root.GetProperty("items").Deserialize<ItemReference[]>(JsonSerializerOptions.Web)!);
    }
}
