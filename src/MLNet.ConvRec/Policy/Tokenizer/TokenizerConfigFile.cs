using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.ConvRec.Policy.Prompts;

namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>
/// A <c>tokenizer_config.json</c>: what Hugging Face's loaders need beside the <c>tokenizer.json</c>, the chat template among it.
/// </summary>
internal sealed class TokenizerConfigFile
{
    public const string Name = "tokenizer_config.json";

    /// <summary>Where newer checkpoints hold the template.</summary>
    public const string TemplateName = "chat_template.jinja";

    private const string TemplateOption = "chat_template";
    private const string EndOption = "eos_token";

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private TokenizerConfigFile(JsonObject content, ChatFormat? format)
    {
        Json = content.ToJsonString(Layout);
        Format = format;
    }

    /// <summary>The file's text; without the template if that is one of our own, which a policy's prompt writes.</summary>
    public string Json { get; }

    /// <summary>The format of its chat template, or <see langword="null"/> where it has none of a checkpoint's own.</summary>
    public ChatFormat? Format { get; }

    /// <summary>Loads the file of a folder, with the template beside it; <see langword="null"/> where there is neither.</summary>
    /// <exception cref="InvalidDataException">It can't be read, or its template is unknown.</exception>
    public static TokenizerConfigFile? Load(string folder)
    {
        var path = Path.Combine(folder, Name);
        var templatePath = Path.Combine(folder, TemplateName);
        if (!File.Exists(path) && !File.Exists(templatePath))
            return null;
        var json = File.Exists(path) ? File.ReadAllText(path) : "{}";
        return Read(json, path, File.Exists(templatePath) ? File.ReadAllText(templatePath) : null);
    }

    /// <summary>Reads the file.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="template">The template that lay beside it, which wins over the one in it; or <see langword="null"/>.</param>
    /// <exception cref="InvalidDataException">It can't be read, or its template is unknown.</exception>
    public static TokenizerConfigFile Read(string json, string source, string? template = null)
    {
        try
        {
            var content = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new InvalidDataException($"{source}: not an object of options.");
            template ??= Template(content[TemplateOption], source);
            if (template is null || KnownChatTemplate.IsOwn(template))
            {
                content.Remove(TemplateOption);
                return new TokenizerConfigFile(content, null);
            }

            content[TemplateOption] = template;
            return new TokenizerConfigFile(content, KnownChatTemplate.Read(template, source));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{source}: not valid JSON ({fault.Message}); copy the file again from where it came.", fault);
        }
    }

    /// <summary>Writes the file of a policy: the checkpoint's own if it brought one, with what the policy changes.</summary>
    public static string Write(PolicyConfig config, PolicyTokenizer tokenizer, PromptOptions prompt)
    {
        var content = tokenizer.ConfigJson is { } brought ? (JsonObject)JsonNode.Parse(brought)! : New(config, tokenizer);
        // The checkpoint of a base model ends texts; a policy ends turns.
        if (Content(content[EndOption]) != tokenizer.Format.EndOfTurn)
            content[EndOption] = tokenizer.Format.EndOfTurn;
        if (!content.ContainsKey(TemplateOption))
            content[TemplateOption] = ChatTemplate.Of(tokenizer.Format, prompt);
        return content.ToJsonString(Layout);
    }

    /// <summary>Writes the <c>generation_config.json</c> of a policy.</summary>
    public static string WriteGeneration(PolicyTokenizer tokenizer)
    {
        var format = tokenizer.Format;
        var endOfText = tokenizer.ControlTokens.TryGetValue(format.EndOfText, out var id) ? id : (int?)null;
        var begin = format.BeginOfText is { } token ? tokenizer.ControlToken(token) : endOfText;
        return new JsonObject
        {
            ["bos_token_id"] = begin,
            ["pad_token_id"] = endOfText,
            ["eos_token_id"] = endOfText is { } end ? new JsonArray(tokenizer.EndOfTurn, end) : new JsonArray(tokenizer.EndOfTurn),
            ["do_sample"] = false,
        }.ToJsonString(Layout);
    }

    // One text, or several by name.
    private static string? Template(JsonNode? option, string source) => option switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonArray several when several.FirstOrDefault(entry => (string?)entry?["name"] == "default")?["template"] is { } text
            => (string?)text,
        _ => throw new InvalidDataException($"{source}: {TemplateOption} is neither a text nor a list with one named default."),
    };

    private static string? Content(JsonNode? token) => token is JsonObject added ? (string?)added["content"] : (string?)token;

    private static JsonObject New(PolicyConfig config, PolicyTokenizer tokenizer) => new()
    {
        ["add_bos_token"] = false,
        ["add_prefix_space"] = false,
        ["added_tokens_decoder"] = new JsonObject(tokenizer.ControlTokens.OrderBy(token => token.Value).Select(token => KeyValuePair.Create(
            token.Value.ToString(CultureInfo.InvariantCulture), (JsonNode?)AddedToken(token.Key)))),
        ["bos_token"] = tokenizer.Format.BeginOfText,
        [EndOption] = tokenizer.Format.EndOfTurn,
        ["pad_token"] = tokenizer.ControlTokens.ContainsKey(tokenizer.Format.EndOfText) ? tokenizer.Format.EndOfText : null,
        ["unk_token"] = null,
        ["clean_up_tokenization_spaces"] = false,
        ["model_max_length"] = config.MaxPositions,
        ["split_special_tokens"] = false,
        ["tokenizer_class"] = tokenizer.Format is ChatMl ? "Qwen2Tokenizer" : "PreTrainedTokenizerFast",
    };

    private static JsonObject AddedToken(string content) => new()
    {
        ["content"] = content,
        ["lstrip"] = false,
        ["normalized"] = false,
        ["rstrip"] = false,
        ["single_word"] = false,
        ["special"] = true,
    };
}
