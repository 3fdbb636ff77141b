using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Scoring;

/// <summary>What scoring needs beside the ONNX graph, and carries through <c>model.zip</c> as one JSON text.</summary>
/// <param name="Prompt">What the policy was trained to be asked with, and its tokenizer; the list length is the graph's.</param>
/// <param name="Catalog">What may be recommended, in the order of the graph's numbers; titles, years and popularity are carried.</param>
/// <remarks>Immutable and safe for use from several threads.</remarks>
internal sealed record ScoringAssets(ChatPrompt Prompt, ItemCatalog Catalog)
{
    private const int Format = 1;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The mappings are stateless, as ML.NET's factories must be; the carried text is the one object that all rows of a model share.
    private static readonly ConditionalWeakTable<string, Lazy<ScoringAssets>> Cache = [];

    /// <summary>Reads the assets that a row carries; once for all rows of the model.</summary>
    public static ScoringAssets Of(ReadOnlyMemory<char> carried)
    {
        var owner = MemoryMarshal.TryGetString(carried, out var text, out _, out _) ? text : carried.ToString();
        return Cache.GetValue(owner, _ => new Lazy<ScoringAssets>(() => Parse(carried))).Value;
    }

    /// <summary>The tokens of each item's line, in catalog order, as a trie.</summary>
    public TokenTrie BuildTrie() => Prompt.TrieOf(Catalog);

    /// <summary>
    /// The catalog items that a list for the dialogue may not hold, each once: those seen, and all where candidates were given that the
    /// catalog doesn't hold, since no candidates in the graph mean no restriction.
    /// </summary>
    public IReadOnlyList<int> Excluded(Dialogue dialogue) => CandidateItems.Of(dialogue, Catalog) is { Count: 0 }
        ? [.. Enumerable.Range(0, Catalog.Count)]
        : Catalog.IndicesOf(SeenItems.Of(dialogue, Catalog));

    /// <summary>The catalog items that alone a list for the dialogue may hold, each once; empty: all but the excluded ones.</summary>
    public IReadOnlyList<int> Candidates(Dialogue dialogue) => CandidateItems.Of(dialogue, Catalog) ?? [];

    /// <summary>Writes the assets as JSON.</summary>
    public string ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WritePropertyName("prompt");
            JsonSerializer.Serialize(json, Prompt.Options, JsonSerializerOptions.Web);
            json.WriteStartArray("items");
            foreach (var item in Catalog.Items)
                JsonSerializer.Serialize(json, new CarriedItem(item.Title, item.Year, item.Popularity), JsonSerializerOptions.Web);
            json.WriteEndArray();
            json.WritePropertyName("tokenizer");
            json.WriteRawValue(Prompt.Tokenizer.Json);
            if (Prompt.Tokenizer.ConfigJson is { } config)
            {
                json.WritePropertyName("tokenizerConfig");
                json.WriteRawValue(config);
            }

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
        {
            throw new InvalidDataException(
                $"The model holds scoring assets of format {format}; this version of MLNet.ConvRec reads format {Format}: update it.");
        }

        var tokenizer = PolicyTokenizer.Parse(
            root.GetProperty("tokenizer").GetRawText(),
            root.TryGetProperty("tokenizerConfig", out var config) ? config.GetRawText() : null);
        var prompt = root.GetProperty("prompt").Deserialize<PromptOptions>(JsonSerializerOptions.Web)!;
        var items = root.GetProperty("items").Deserialize<CarriedItem[]>(JsonSerializerOptions.Web)!;
        return new ScoringAssets(new ChatPrompt(tokenizer, prompt), ItemCatalog.Create(items.Select(item => item.ToItem())));
    }

    private sealed record CarriedItem(string Title, int? Year, double? Popularity)
    {
        public CatalogItem ToItem() => new() { Title = Title, Year = Year, Popularity = Popularity };
    }
}
