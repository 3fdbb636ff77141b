using System.Text.Encodings.Web;
using System.Text.Json;
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
    private const string WeightsFile = "model.safetensors";
    private const string PromptFile = "convrec.json";

    private static readonly string[] Files =
        [ConfigFile, GenerationFile, TokenizerFileName, TokenizerConfigFile.Name, WeightsFile, PromptFile];

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
            Write(ConfigFile, JsonSerializer.Serialize(weights.Config with { EndOfTurnTokenId = tokenizer.EndOfTurn }, Layout));
            Write(GenerationFile, TokenizerConfigFile.WriteGeneration(tokenizer));
            File.WriteAllText(Path.Combine(partial, TokenizerFileName), tokenizer.Json);
            Write(TokenizerConfigFile.Name, TokenizerConfigFile.Write(weights.Config, tokenizer, prompt));
            Write(PromptFile, JsonSerializer.Serialize(prompt, PromptLayout));
            SafetensorsFile.Write(
                Path.Combine(partial, WeightsFile), weights.Tensors.Select(entry => (entry.Key, entry.Value.Shape, entry.Value.ToArray())));

            void Write(string name, string json) => File.WriteAllText(Path.Combine(partial, name), json + "\n");
        });
    }

    /// <summary>Loads a policy.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="otherwise">
    /// The prompt of a folder that has no <c>convrec.json</c>, as a checkpoint; without it the file must be there.
    /// </param>
    /// <exception cref="FileNotFoundException">A file is missing; the sentence names it.</exception>
    /// <exception cref="InvalidDataException">
    /// A file can't be read, or the files don't belong together; the sentence says which.
    /// </exception>
    public static StoredPolicy Load(string folder, PromptOptions? otherwise = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var configPath = Path.Combine(folder, ConfigFile);
        var config = PolicyConfigFile.Read(ReadText(configPath), configPath);
        var promptPath = Path.Combine(folder, PromptFile);
        var prompt = otherwise is not null && !File.Exists(promptPath) ? otherwise : ReadPrompt(promptPath);
        var tokenizer = PolicyTokenizer.Load(Path.Combine(folder, TokenizerFileName));
        // A checkpoint's config may name another of its control tokens, such as a base model's end of text.
        if (tokenizer.VocabularySize > config.VocabularySize || !tokenizer.ControlTokens.Values.Contains(config.EndOfTurnTokenId))
        {
            throw new InvalidDataException(
                $"{folder}: {TokenizerFileName} has {tokenizer.VocabularySize} tokens and ends a turn with {tokenizer.EndOfTurn}, "
                + $"{ConfigFile} has {config.VocabularySize} and {config.EndOfTurnTokenId}; the two are of different policies.");
        }

        config = config with { EndOfTurnTokenId = tokenizer.EndOfTurn };
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
}
