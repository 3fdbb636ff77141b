using System.Text;
using MLNet.ConvRec.Policy.Prompts;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Policy;

/// <summary>Turns text into token ids and back, as a Hugging Face <c>tokenizer.json</c> (byte-level BPE) says.</summary>
/// <remarks>
/// Text is text: no token that <see cref="Encode"/> returns is a control token, whatever is written; those are asked for by name (<see
/// cref="ControlToken"/>).
/// Immutable and safe for use from several threads.
/// </remarks>
public sealed class PolicyTokenizer
{
    private readonly BytePairEncoder _encoder;
    private readonly Dictionary<string, int> _controlTokens;
    private readonly byte[]?[] _bytes;

    private readonly ChatFormat? _format;

    private PolicyTokenizer(string json, TokenizerFile file, TokenizerConfigFile? config)
    {
        Json = json;
        ConfigJson = config?.Json;
        _format = config?.Format ?? ChatFormat.Of(file.ControlTokens);
        _encoder = new BytePairEncoder(file);
        _controlTokens = file.ControlTokens;
        _bytes = new byte[]?[file.VocabularySize];
        foreach (var (token, id) in file.Vocabulary)
            _bytes[id] = ByteAlphabet.Read(token);
        foreach (var (content, id) in file.ControlTokens)
            _bytes[id] = Encoding.UTF8.GetBytes(content);
    }

    /// <summary>The <c>tokenizer.json</c> that it was made of.</summary>
    public string Json { get; }

    /// <summary>The number of token ids: one more than the greatest.</summary>
    public int VocabularySize => _bytes.Length;

    /// <summary>The id of the token that ends a turn: <c>&lt;|im_end|&gt;</c> of ChatML, <c>&lt;|eot_id|&gt;</c> of Llama 3.</summary>
    /// <exception cref="InvalidDataException">The tokenizer has no such token.</exception>
    public int EndOfTurn => ControlToken(Format.EndOfTurn);

    /// <summary>The <c>tokenizer_config.json</c> that lay beside it, or <see langword="null"/>.</summary>
    internal string? ConfigJson { get; }

    /// <summary>How messages are laid out: as the chat template says, else by the control tokens.</summary>
    /// <exception cref="InvalidDataException">There is neither.</exception>
    internal ChatFormat Format => _format ?? throw new InvalidDataException(
        $"The tokenizer has no control token that ends a turn, {new ChatMl().EndOfTurn} or {new Llama3Chat().EndOfTurn}; {Known()}.");

    /// <summary>The control tokens' contents and ids.</summary>
    internal IReadOnlyDictionary<string, int> ControlTokens => _controlTokens;

    /// <summary>Makes a tokenizer of the text of a <c>tokenizer.json</c>.</summary>
    /// <param name="tokenizerJson">The text: a byte-level BPE model with a Split pre-tokenizer, as Qwen's.</param>
    /// <exception cref="InvalidDataException">The text is no such file; the sentence says which part.</exception>
    public static PolicyTokenizer Parse(string tokenizerJson)
    {
        ArgumentNullException.ThrowIfNull(tokenizerJson);
        return Parse(tokenizerJson, configJson: null);
    }

    /// <summary>Makes a tokenizer of the texts of a <c>tokenizer.json</c> and the <c>tokenizer_config.json</c> beside it, if any.</summary>
    internal static PolicyTokenizer Parse(string tokenizerJson, string? configJson) => new(
        tokenizerJson,
        TokenizerFile.Read(tokenizerJson, "tokenizer.json"),
        configJson is null ? null : TokenizerConfigFile.Read(configJson, TokenizerConfigFile.Name));

    /// <summary>
    /// Loads a <c>tokenizer.json</c>, and the chat template from the <c>tokenizer_config.json</c> that lies beside it, if any.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is no byte-level BPE <c>tokenizer.json</c>, or the chat template is unknown; the sentence names file and part.
    /// </exception>
    public static PolicyTokenizer Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file; a policy folder holds its tokenizer as tokenizer.json.", path);
        var json = File.ReadAllText(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new PolicyTokenizer(json, TokenizerFile.Read(json, path), TokenizerConfigFile.Load(folder));
    }

    /// <summary>Encodes text. A lone surrogate is read as U+FFFD, as UTF-8 does.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Token ids; none is a control token's, even if the text spells one.</returns>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _encoder.Encode(WellFormed(text));
    }

    /// <summary>Decodes token ids. Control tokens give their content, unknown ids nothing, incomplete UTF-8 gives U+FFFD.</summary>
    /// <param name="tokens">Token ids, as a policy wrote them.</param>
    public string Decode(IEnumerable<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var bytes = new MemoryStream();
        foreach (var token in tokens)
            bytes.Write(Bytes(token));

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>Returns the id of a control token.</summary>
    /// <param name="content">Its content, such as <c>&lt;|im_start|&gt;</c>.</param>
    /// <exception cref="InvalidDataException">The tokenizer has no such token.</exception>
    public int ControlToken(string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return _controlTokens.TryGetValue(content, out var id)
            ? id
            : throw new InvalidDataException(
                $"The tokenizer has no control token {content}; {Known()}.");
    }

    /// <summary>The bytes that a token writes; none for an unknown id.</summary>
    internal ReadOnlySpan<byte> Bytes(int token) => (uint)token < (uint)_bytes.Length ? _bytes[token] : default;

    /// <summary>Returns the text as UTF-8 holds it: a lone surrogate becomes U+FFFD.</summary>
    internal static string WellFormed(string text) =>
        text.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;

    // Llama has hundreds, most of them reserved.
    private string Known() =>
        $"its added_tokens are: {string.Join(' ', _controlTokens.Keys.Take(16))}{(_controlTokens.Count > 16 ? " ..." : "")}";
}
