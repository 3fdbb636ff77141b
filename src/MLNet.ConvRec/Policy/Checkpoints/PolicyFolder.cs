using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>A policy as it is stored: weights, tokenizer, and the words of its prompt.</summary>
internal sealed record StoredPolicy(PolicyWeights Weights, PolicyTokenizer Tokenizer, PromptOptions Prompt);

/// <summary>
/// A policy as a Hugging Face folder: <c>config.json</c>, <c>generation_config.json</c>, <c>tokenizer.json</c>, <c>tokenizer_config.json</c>,
/// <c>model.safetensors</c> (read also in several files with their index); and <c>convrec.json</c> for the prompt.
/// </summary>
internal static class PolicyFolder
{
    private const string ConfigFile = "config.json";
    private const string GenerationFile = "generation_config.json";
    private const string TokenizerFileName = "tokenizer.json";
    private const string PromptFile = "convrec.json";

    /// <summary>The files that other hosts read whatever form the weights have.</summary>
    public static IReadOnlyList<string> HostFiles { get; } = [ConfigFile, GenerationFile, TokenizerFileName, TokenizerConfigFile.Name];

    private static readonly string[] Files = [.. HostFiles, SafetensorsCheckpoint.SingleFile, PromptFile];

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
            WriteHostFiles(partial, weights.WithStoredType().Config, tokenizer, prompt, new Dictionary<string, JsonNode>());
            File.WriteAllText(Path.Combine(partial, PromptFile), JsonSerializer.Serialize(prompt, PromptLayout) + "\n");
            SafetensorsFile.Write(Path.Combine(partial, SafetensorsCheckpoint.SingleFile), weights.Tensors);
        });
    }

    /// <summary>Writes <see cref="HostFiles"/> into a folder.</summary>
    /// <param name="folder">The folder; it exists.</param>
    /// <param name="shape">The shape of the network.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <param name="prompt">The prompt that it was trained with.</param>
    /// <param name="additions">Options that <c>config.json</c> holds besides.</param>
    public static void WriteHostFiles(
        string folder, PolicyConfig shape, PolicyTokenizer tokenizer, PromptOptions prompt, IReadOnlyDictionary<string, JsonNode> additions)
    {
        var config = shape with { EndOfTurnTokenId = tokenizer.EndOfTurn };
        var json = (JsonObject)JsonSerializer.SerializeToNode(config, Layout)!;
        foreach (var (name, value) in additions)
            json[name] = value.DeepClone();
        Write(ConfigFile, json.ToJsonString(Layout));
        Write(GenerationFile, TokenizerConfigFile.WriteGeneration(tokenizer));
        File.WriteAllText(Path.Combine(folder, TokenizerFileName), tokenizer.Json);
        Write(TokenizerConfigFile.Name, TokenizerConfigFile.Write(config, tokenizer, prompt));

        void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text + "\n");
    }

    /// <summary>Loads a policy. Its weights stay in their file until they are read.</summary>
    /// <param name="folder">The folder; its weight files must not be changed in place while the policy is in use.</param>
    /// <param name="otherwise">The prompt where the folder has no <c>convrec.json</c>, as a checkpoint from elsewhere.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the sentence names it.</exception>
    /// <exception cref="InvalidDataException">
    /// A file can't be read, or the files don't belong together; the sentence says which.
    /// </exception>
    public static StoredPolicy Load(string folder, PromptOptions otherwise)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var configPath = Path.Combine(folder, ConfigFile);
        var (config, endTokenIds) = PolicyConfigFile.Read(ReadText(configPath), configPath);
        var promptPath = Path.Combine(folder, PromptFile);
        var prompt = File.Exists(promptPath) ? ReadPrompt(promptPath) : otherwise;
        var tokenizer = PolicyTokenizer.Load(Path.Combine(folder, TokenizerFileName));
        CheckTokenizer(folder, tokenizer, config, endTokenIds);
        var tensors = PolicyTensors.Read(SafetensorsCheckpoint.Find(folder), config);
        var weights = new PolicyWeights(config with { EndOfTurnTokenId = tokenizer.EndOfTurn }, tensors);
        return new StoredPolicy(weights.WithStoredType(), tokenizer, prompt);
    }

    // A base model's texts end with another token than a turn does, so more can't be asked of eos_token_id than to be a control token.
    private static void CheckTokenizer(string folder, PolicyTokenizer tokenizer, PolicyConfig config, IReadOnlyList<int> endTokenIds)
    {
        if (tokenizer.VocabularySize > config.VocabularySize)
        {
            throw new InvalidDataException(
                $"{folder}: {TokenizerFileName} has {tokenizer.VocabularySize} tokens, but {ConfigFile} has a vocab_size of "
                + $"{config.VocabularySize}; the two are of different policies.");
        }

        var controls = tokenizer.ControlTokens.Values.ToHashSet();
        foreach (var id in endTokenIds)
        {
            if (!controls.Contains(id))
            {
                throw new InvalidDataException(
                    $"{folder}: the eos_token_id {id} of {ConfigFile} is no control token of {TokenizerFileName}; "
                    + "the two are of different policies.");
            }
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
