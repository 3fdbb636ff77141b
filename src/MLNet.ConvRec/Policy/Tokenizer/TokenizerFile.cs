using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>What a Hugging Face <c>tokenizer.json</c> says, checked.</summary>
internal sealed class TokenizerFile
{
    // No published vocabulary comes near; a greater id is a spoiled file, and would ask for as much memory.
    private const int MaximumId = 4_000_000;

    private readonly string _source;

    private TokenizerFile(JsonElement root, string source)
    {
        _source = source;
        var model = Member(root, "model");
        if (Text(model, "type") is not "BPE")
            throw Fault("model.type is not BPE");
        RefuseOtherThanBytes(model);
        Vocabulary = ReadVocabulary(Member(model, "vocab"));
        ControlTokens = ReadControlTokens(root);
        Merges = ReadMerges(Member(model, "merges"));
        Pattern = ReadPattern(root);
        Normalizer = ReadNormalizer(root);
        IgnoresMerges = IsTrue(model, "ignore_merges");
        VocabularySize = Vocabulary.Values.Concat(ControlTokens.Values).Max() + 1;
        RemoveControlTokens();
        CheckBytes();
    }

    /// <summary>Ids by token, without the control tokens.</summary>
    public Dictionary<string, int> Vocabulary { get; }

    /// <summary>Ids of the added tokens by content.</summary>
    public Dictionary<string, int> ControlTokens { get; }

    public List<string> Merges { get; }

    public Regex Pattern { get; }

    public Normalizer? Normalizer { get; }

    /// <summary>Whether a piece that is a token as a whole is that token, whatever the merges make of it (Llama 3).</summary>
    public bool IgnoresMerges { get; }

    public int VocabularySize { get; }

    public static TokenizerFile Read(string json, string source)
    {
        // JsonElement reports text that is not Unicode by InvalidOperationException.
        try
        {
            using var document = JsonDocument.Parse(json);
            return new TokenizerFile(document.RootElement, source);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{source}: not valid JSON ({fault.Message}); copy the file again from where it came.", fault);
        }
    }

    // Made without special tokens: what is written in a text can then never become a control token.
    public BpeTokenizer CreateModel(RunePreTokenizer cutter)
    {
        try
        {
            return BpeTokenizer.Create(new BpeOptions(Vocabulary)
            {
                Merges = Merges,
                PreTokenizer = cutter,
                Normalizer = Normalizer,
                ByteLevel = true,
            });
        }
        catch (InvalidOperationException fault)
        {
            throw new InvalidDataException($"{_source}: merges and vocabulary don't fit together ({fault.Message}).", fault);
        }
    }

    // What would change the ids and is not done here.
    private void RefuseOtherThanBytes(JsonElement model)
    {
        foreach (var option in new[] { "dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback" })
        {
            var isUnset = !model.TryGetProperty(option, out var value)
                || value.ValueKind is JsonValueKind.Null or JsonValueKind.False
                || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0);
            if (!isUnset)
                throw Fault($"model.{option} is {value.GetRawText()}; it is not supported");
        }
    }

    private Dictionary<string, int> ReadVocabulary(JsonElement vocabulary)
    {
        if (vocabulary.ValueKind != JsonValueKind.Object)
            throw Fault("model.vocab is not an object of ids by token");
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var used = new HashSet<int>();
        foreach (var entry in vocabulary.EnumerateObject())
        {
            if (!ids.TryAdd(entry.Name, Id(entry.Value, entry.Name)))
                throw Fault($"model.vocab has the token {entry.Name} twice");
            if (!used.Add(ids[entry.Name]))
                throw Fault($"model.vocab gives the id {ids[entry.Name]} to two tokens");
        }

        return ids;
    }

    private Dictionary<string, int> ReadControlTokens(JsonElement root)
    {
        var tokens = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!root.TryGetProperty("added_tokens", out var added))
            return tokens;
        foreach (var entry in Items(added, "added_tokens"))
        {
            var content = Text(entry, "content");
            if (string.IsNullOrEmpty(content))
                throw Fault("an entry of added_tokens has no content");
            tokens[content] = Id(Member(entry, "id"), content);
        }

        return tokens;
    }

    private List<string> ReadMerges(JsonElement merges)
    {
        var lines = new List<string>();
        foreach (var merge in Items(merges, "model.merges"))
        {
            var line = merge.ValueKind switch
            {
                JsonValueKind.String => merge.GetString()!,
                JsonValueKind.Array when merge.GetArrayLength() == 2 => $"{Part(merge[0])} {Part(merge[1])}",
                _ => "",
            };
            if (line.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw Fault($"model.merges[{lines.Count}] is not a pair of tokens");
            if (!Vocabulary.ContainsKey(left) || !Vocabulary.ContainsKey(right) || !Vocabulary.ContainsKey(left + right))
                throw Fault($"model.merges[{lines.Count}] names a token that is not in model.vocab");
            if (ControlTokens.ContainsKey(left + right))
                throw Fault($"model.merges[{lines.Count}] lets plain text become the control token {left + right}");
            lines.Add(line);
        }

        return lines;

        static string Part(JsonElement part) => part.ValueKind == JsonValueKind.String ? part.GetString()! : "";
    }

    private Regex ReadPattern(JsonElement root)
    {
        var preTokenizer = Member(root, "pre_tokenizer");
        var steps = Text(preTokenizer, "type") is "Sequence"
            ? Items(Member(preTokenizer, "pretokenizers"), "pre_tokenizer.pretokenizers")
            : [];
        if (steps is not [{ ValueKind: JsonValueKind.Object } split, { ValueKind: JsonValueKind.Object } bytes]
            || Text(split, "type") is not "Split" || Text(bytes, "type") is not "ByteLevel"
            || Text(split, "behavior") is not "Isolated" || IsTrue(split, "invert")
            || IsTrue(bytes, "add_prefix_space") || IsTrue(bytes, "use_regex"))
        {
            throw Fault("pre_tokenizer is not a Sequence of Split (Isolated) and ByteLevel without prefix space, as Qwen's is");
        }

        var pattern = Text(Member(split, "pattern"), "Regex") ?? throw Fault("the Split pre-tokenizer has no pattern.Regex");
        try
        {
            return new Regex(pattern, RegexOptions.Compiled | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"{_source}: the pattern of the Split pre-tokenizer can't be read ({fault.Message}).", fault);
        }
    }

    private CanonicalComposition? ReadNormalizer(JsonElement root)
    {
        if (!root.TryGetProperty("normalizer", out var normalizer) || normalizer.ValueKind == JsonValueKind.Null)
            return null;
        return normalizer.ValueKind == JsonValueKind.Object && Text(normalizer, "type") is "NFC"
            ? new CanonicalComposition()
            : throw Fault("normalizer is neither null nor NFC");
    }

    private void RemoveControlTokens()
    {
        foreach (var content in ControlTokens.Keys)
            Vocabulary.Remove(content);
        var ids = Vocabulary.Values.ToHashSet();
        foreach (var (content, id) in ControlTokens)
        {
            if (!ids.Add(id))
                throw Fault($"added_tokens gives {content} the id {id} of another token");
        }
    }

    private void CheckBytes()
    {
        for (var value = 0; value < 256; value++)
        {
            if (!Vocabulary.ContainsKey(ByteAlphabet.Letter((byte)value).ToString()))
                throw Fault($"model.vocab has no token for the byte 0x{value:X2}, so it is not byte-level");
        }

        if (Vocabulary.Keys.FirstOrDefault(token => token.Length == 0 || ByteAlphabet.Read(token) is null) is { } foreign)
            throw Fault($"model.vocab holds \"{foreign}\", which is not written in the letters of byte-level BPE");
    }

    private JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : throw Fault($"there is no {name}");

    private JsonElement[] Items(JsonElement array, string name) =>
        array.ValueKind == JsonValueKind.Array ? [.. array.EnumerateArray()] : throw Fault($"{name} is not an array");

    private int Id(JsonElement value, string token) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id is >= 0 and < MaximumId
            ? id
            : throw Fault($"the id of {token} is not a whole number from 0 to {MaximumId - 1}");

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool IsTrue(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private InvalidDataException Fault(string what) => new($"{_source}: {what}; a tokenizer.json of byte-level BPE is needed.");

    private sealed class CanonicalComposition : Normalizer
    {
        public override string Normalize(string original) => original.Normalize(NormalizationForm.FormC);

        public override string Normalize(ReadOnlySpan<char> original) => original.ToString().Normalize(NormalizationForm.FormC);
    }
}
