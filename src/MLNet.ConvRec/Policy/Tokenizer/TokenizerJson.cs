using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>Writes a <c>tokenizer.json</c> laid out as Qwen2's, so that Hugging Face's tokenizers and transformers.js load it.</summary>
internal static class TokenizerJson
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a file.</summary>
    /// <param name="tokens">The bytes of each token by id.</param>
    /// <param name="merges">Pairs of ids in the order in which they are merged.</param>
    /// <param name="controlTokens">Contents of the control tokens, whose ids follow those of <paramref name="tokens"/>.</param>
    /// <param name="pattern">The expression that cuts text into pieces.</param>
    public static string Write(
        IReadOnlyList<byte[]> tokens, IReadOnlyList<(int Left, int Right)> merges, IReadOnlyList<string> controlTokens, string pattern)
    {
        var names = tokens.Select(token => ByteAlphabet.Write(token)).ToArray();
        var file = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. controlTokens.Select((content, index) => ControlToken(names.Length + index, content))]),
            ["normalizer"] = new JsonObject { ["type"] = "NFC" },
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(Split(pattern), ByteLevel()),
            },
            ["post_processor"] = ByteLevel(),
            ["decoder"] = ByteLevel(),
            ["model"] = Model(names, merges),
        };
        return file.ToJsonString(Layout) + "\n";
    }

    private static JsonObject ControlToken(int id, string content) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    private static JsonObject Split(string pattern) => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { ["Regex"] = pattern },
        ["behavior"] = "Isolated",
        ["invert"] = false,
    };

    private static JsonObject ByteLevel() => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = false,
        ["use_regex"] = false,
    };

    private static JsonObject Model(string[] names, IReadOnlyList<(int Left, int Right)> merges) => new()
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = null,
        ["continuing_subword_prefix"] = "",
        ["end_of_word_suffix"] = "",
        ["fuse_unk"] = false,
        ["byte_fallback"] = false,
        ["ignore_merges"] = false,
        ["vocab"] = new JsonObject(names.Select((name, id) => KeyValuePair.Create(name, (JsonNode?)id))),
        ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)$"{names[merge.Left]} {names[merge.Right]}")]),
    };
}
