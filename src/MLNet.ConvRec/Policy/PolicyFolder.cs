using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MLNet.ConvRec.Policy;

/// <summary>A policy as it is stored: weights, tokenizer, and the words of its prompt.</summary>
internal sealed record StoredPolicy(PolicyWeights Weights, PolicyTokenizer Tokenizer, PromptOptions Prompt);

/// <summary>A policy as a Hugging Face folder: <c>config.json</c>, <c>generation_config.json</c>, <c>tokenizer.json</c>,
/// <c>tokenizer_config.json</c>, <c>model.safetensors</c>; and <c>convrec.json</c> for the prompt.</summary>
internal static class PolicyFolder
{
    private const string ConfigFile = "config.json";
    private const string GenerationFile = "generation_config.json";
    private const string TokenizerFileName = "tokenizer.json";
    private const string TokenizerConfigFile = "tokenizer_config.json";
    private const string WeightsFile = "model.safetensors";
    private const string PromptFile = "convrec.json";

    private static readonly string[] Files = [ConfigFile, GenerationFile, TokenizerFileName, TokenizerConfigFile, WeightsFile, PromptFile];

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions PromptLayout = new(Layout)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <summary>Saves a policy. The folder appears whole or not at all.</summary>
    /// <param name="folder">The folder; an earlier policy in it is replaced.</param>
    /// <param name="weights">Shape and weights.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <param name="prompt">The prompt that it was trained with.</param>
    /// <exception cref="IOException">The folder holds something that is not of a policy.</exception>
    public static void Save(string folder, PolicyWeights weights, PolicyTokenizer tokenizer, PromptOptions prompt)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompt);
        FolderReplacement.Write(folder, Files, partial =>
        {
            Write(ConfigFile, JsonSerializer.Serialize(weights.Config, Layout));
            Write(GenerationFile, GenerationConfig(tokenizer).ToJsonString(Layout));
            File.WriteAllText(Path.Combine(partial, TokenizerFileName), tokenizer.Json);
            Write(TokenizerConfigFile, TokenizerConfig(weights.Config, tokenizer, prompt).ToJsonString(Layout));
            Write(PromptFile, JsonSerializer.Serialize(prompt, PromptLayout));
            SafetensorsFile.Write(
                Path.Combine(partial, WeightsFile), weights.Tensors.Select(entry => (entry.Key, entry.Value.Shape, entry.Value.ToArray())));

            void Write(string name, string json) => File.WriteAllText(Path.Combine(partial, name), json + "\n");
        });
    }

    /// <summary>Loads a policy.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the sentence names it.</exception>
    /// <exception cref="InvalidDataException">
    /// A file can't be read, or the files don't belong together; the sentence says which.
    /// </exception>
    public static StoredPolicy Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var configPath = Path.Combine(folder, ConfigFile);
        var config = PolicyConfigFile.Read(ReadText(configPath), configPath);
        var prompt = ReadPrompt(Path.Combine(folder, PromptFile));
        var tokenizer = PolicyTokenizer.Load(Path.Combine(folder, TokenizerFileName));
        if (tokenizer.VocabularySize > config.VocabularySize || tokenizer.EndOfTurn != config.EndOfTurnTokenId)
        {
            throw new InvalidDataException(
                $"{folder}: {TokenizerFileName} has {tokenizer.VocabularySize} tokens and ends a turn with {tokenizer.EndOfTurn}, "
                + $"{ConfigFile} has {config.VocabularySize} and {config.EndOfTurnTokenId}; the two are of different policies.");
        }

        var weightsPath = Path.Combine(folder, WeightsFile);
        var tensors = SafetensorsFile.Read(weightsPath);
        CheckTensors(config, tensors, weightsPath);
        return new StoredPolicy(new PolicyWeights(config, tensors), tokenizer, prompt);
    }

    private static void CheckTensors(PolicyConfig config, Dictionary<string, NamedTensor> tensors, string path)
    {
        var count = 0;
        foreach (var (name, shape) in PolicyShapes.Of(config))
        {
            if (!tensors.TryGetValue(name, out var tensor))
                throw new InvalidDataException($"{path}: tensor {name}, which {ConfigFile} asks for, is missing.");
            if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new InvalidDataException(
                    $"{path}: tensor {name} has the shape [{string.Join(", ", tensor.Shape)}], but "
                    + $"{ConfigFile} asks for [{string.Join(", ", shape)}].");
            }

            count++;
        }

        if (tensors.Count != count)
        {
            var known = PolicyShapes.Of(config).Select(weight => weight.Name).ToHashSet(StringComparer.Ordinal);
            var stranger = tensors.Keys.First(name => !known.Contains(name));
            throw new InvalidDataException($"{path}: tensor {stranger} has no place in the network of {ConfigFile}.");
        }
    }

    private static PromptOptions ReadPrompt(string path)
    {
        try
        {
            var prompt = JsonSerializer.Deserialize<PromptOptions>(ReadText(path), PromptLayout)
                ?? throw new InvalidDataException($"{path}: there is nothing in it.");
            prompt.Validate();
            return prompt;
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}: not the prompt options of a policy ({fault.Message}).", fault);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message}", fault);
        }
    }

    private static string ReadText(string path) => File.Exists(path)
        ? File.ReadAllText(path)
        : throw new FileNotFoundException($"{path}: no such file; a policy folder holds {string.Join(", ", Files)}.", path);

    private static JsonObject GenerationConfig(PolicyTokenizer tokenizer) => new()
    {
        ["bos_token_id"] = tokenizer.ControlToken("<|endoftext|>"),
        ["pad_token_id"] = tokenizer.ControlToken("<|endoftext|>"),
        ["eos_token_id"] = new JsonArray(tokenizer.EndOfTurn, tokenizer.ControlToken("<|endoftext|>")),
        ["do_sample"] = false,
    };

    private static JsonObject TokenizerConfig(PolicyConfig config, PolicyTokenizer tokenizer, PromptOptions prompt) => new()
    {
        ["add_bos_token"] = false,
        ["add_prefix_space"] = false,
        ["added_tokens_decoder"] = new JsonObject(tokenizer.ControlTokens.OrderBy(token => token.Value).Select(token => KeyValuePair.Create(
            token.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), (JsonNode?)AddedToken(token.Key)))),
        ["bos_token"] = null,
        ["eos_token"] = "<|im_end|>",
        ["pad_token"] = "<|endoftext|>",
        ["unk_token"] = null,
        ["clean_up_tokenization_spaces"] = false,
        ["model_max_length"] = config.MaxPositions,
        ["split_special_tokens"] = false,
        ["tokenizer_class"] = "Qwen2Tokenizer",
        ["chat_template"] = ChatTemplate.Of(prompt),
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
