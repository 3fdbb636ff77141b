using System.Text.Json;

namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>Reads a <c>config.json</c>, and refuses what the network would compute otherwise than it says.</summary>
internal static class PolicyConfigFile
{
    // What Hugging Face's Qwen3Config takes where a config doesn't say; the others divide.
    private const int Qwen3HeadDimension = 128;

    /// <summary>Reads a config.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="path">The file, for messages.</param>
    /// <returns>The config, and the ids of all tokens that end a text; none where the file doesn't say.</returns>
    /// <exception cref="InvalidDataException">
    /// The text is no config of a policy that is supported; the sentence names file and option.
    /// </exception>
    public static (PolicyConfig Config, IReadOnlyList<int> EndTokenIds) Read(string json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{path}: not a config of a policy (no object).");
            var options = new ConfigOptions(document.RootElement, path);
            CheckArchitecture(options);
            CheckUnsupported(options);
            var ends = options.Integers("eos_token_id");
            var config = ReadConfig(options) with { EndOfTurnTokenId = ends.FirstOrDefault() };
            CheckSizes(config, options);
            foreach (var end in ends)
                options.Require(end >= 0 && end < config.VocabularySize, $"eos_token_id {end} is not in the vocabulary of {config.VocabularySize}");
            return (config, ends);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // JsonElement reports text that is not Unicode by InvalidOperationException.
            throw new InvalidDataException($"{path}: not a config of a policy ({fault.Message}).", fault);
        }
    }

    private static PolicyConfig ReadConfig(ConfigOptions options)
    {
        var type = options.Text("model_type")!;
        var heads = options.RequiredInteger("num_attention_heads");
        var (theta, scaling) = RopeOptions.Read(options);
        return new PolicyConfig
        {
            ModelType = type,
            HiddenSize = options.RequiredInteger("hidden_size"),
            LayerCount = options.RequiredInteger("num_hidden_layers"),
            HeadCount = heads,
            // Only Llama's config stands for one key head for each query head where it doesn't say.
            KeyValueHeadCount = type == "llama" ? options.Integer("num_key_value_heads") ?? heads : options.RequiredInteger("num_key_value_heads"),
            HeadDimension = options.Integer("head_dim") ?? (type == "qwen3" ? Qwen3HeadDimension : null),
            IntermediateSize = options.RequiredInteger("intermediate_size"),
            VocabularySize = options.RequiredInteger("vocab_size"),
            MaxPositions = options.Integer("max_position_embeddings") ?? (type == "llama" ? 2048 : 32_768),
            RmsNormEpsilon = options.Number("rms_norm_eps") ?? 1e-6,
            RopeTheta = theta,
            RopeScaling = scaling,
            TieWordEmbeddings = options.Flag("tie_word_embeddings"),
            Activation = options.Text("hidden_act") ?? "silu",
            WeightType = ReadWeightType(options),
        };
    }

    // Transformers 5 writes dtype, earlier ones torch_dtype.
    private static string ReadWeightType(ConfigOptions options)
    {
        var name = options.IsSet("dtype") ? "dtype" : "torch_dtype";
        var type = options.Text(name) ?? "float32";
        options.Require(
            Policy.WeightType.OfConfigName(type) is not null,
            $"{name} is {type}; float32, bfloat16 and float16 are read: use a checkpoint of one of them");
        return type;
    }

    private static void CheckArchitecture(ConfigOptions options)
    {
        var type = options.Text("model_type") ?? throw options.Fault("model_type is missing; qwen2, llama and qwen3 are supported");
        options.Require(PolicyConfig.ArchitectureOf(type) is not null, $"model_type is {type}; qwen2, llama and qwen3 are supported");
        var architectures = options.Texts("architectures");
        options.Require(
            architectures.Length == 0 || architectures.Contains(PolicyConfig.ArchitectureOf(type)),
            $"architectures is {string.Join(", ", architectures)}; {PolicyConfig.ArchitectureOf(type)} is supported for {type}");
    }

    private static void CheckUnsupported(ConfigOptions options)
    {
        options.Require(!options.IsSet("quantization_config"), "quantization_config is set; use the checkpoint that is not quantized");
        options.Require((options.Text("hidden_act") ?? "silu") == "silu", $"hidden_act is {options.Text("hidden_act")}; silu is supported");
        options.Require(!options.Flag("use_sliding_window"), "use_sliding_window is true; only full attention is supported");
        options.Require(
            options.Texts("layer_types").All(layer => layer == "full_attention"),
            "layer_types has layers of other than full_attention; only that is supported");
        // Qwen2's network doesn't read attention_bias: it always has biases on queries, keys and values.
        options.Require(
            options.Text("model_type") == "qwen2" || !options.Flag("attention_bias"),
            $"attention_bias is true; {options.Text("model_type")} is supported without");
        options.Require(!options.Flag("mlp_bias"), "mlp_bias is true; only a feed-forward layer without bias is supported");
    }

    private static void CheckSizes(PolicyConfig config, ConfigOptions options)
    {
        options.Require(
            config is { HiddenSize: > 0, LayerCount: > 0, HeadCount: > 0, KeyValueHeadCount: > 0, IntermediateSize: > 0 },
            "a size of the network is not positive");
        options.Require(config is { VocabularySize: > 0, MaxPositions: > 0 }, "vocab_size or max_position_embeddings is not positive");
        options.Require(
            config.HeadDimension is not null || config.HiddenSize % config.HeadCount == 0,
            $"hidden_size {config.HiddenSize} is not a multiple of num_attention_heads {config.HeadCount}, and there is no head_dim");
        options.Require(
            config.HeadSize > 0 && config.HeadSize % 2 == 0, $"a head is {config.HeadSize} wide; the rotary embedding needs an even width");
        options.Require(
            config.HeadCount % config.KeyValueHeadCount == 0,
            $"num_attention_heads {config.HeadCount} is not a multiple of num_key_value_heads {config.KeyValueHeadCount}");
        options.Require(config.RmsNormEpsilon > 0, $"rms_norm_eps is {config.RmsNormEpsilon}; it must be positive");
    }
}
