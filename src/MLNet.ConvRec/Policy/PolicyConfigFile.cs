using System.Text.Json;

namespace MLNet.ConvRec.Policy;

/// <summary>Reads a <c>config.json</c>, and refuses what the network would compute otherwise than it says.</summary>
internal static class PolicyConfigFile
{
    /// <summary>Reads a config.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InvalidDataException">
    /// The text is no config of a Qwen2 policy that is supported; the sentence names file and option.
    /// </exception>
    public static PolicyConfig Read(string json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var config = document.Deserialize<PolicyConfig>() ?? throw Fault(path, "there is nothing in it");
            Check(config, document.RootElement, path);
            return config;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: not a config of a policy ({fault.Message}).", fault);
        }
    }

    private static void Check(PolicyConfig config, JsonElement json, string path)
    {
        Require(config.ModelType == "qwen2", $"model_type is {config.ModelType}; qwen2 is supported");
        Require(config.TieWordEmbeddings, "tie_word_embeddings is false; only a tied output head is supported");
        Require(config.Activation == "silu", $"hidden_act is {config.Activation}; silu is supported");
        Require(!IsSet("use_sliding_window"), "use_sliding_window is true; only full attention is supported");
        Require(
            !IsSet("rope_scaling") && !IsSet("rope_parameters"),
            "rope_scaling or rope_parameters is set; only the plain rotary embedding is supported");
        Require(
            config is { HiddenSize: > 0, LayerCount: > 0, HeadCount: > 0, KeyValueHeadCount: > 0, IntermediateSize: > 0 },
            "a size of the network is not positive");
        Require(config is { VocabularySize: > 0, MaxPositions: > 0 }, "vocab_size or max_position_embeddings is not positive");
        Require(
            config.HiddenSize % config.HeadCount == 0,
            $"hidden_size {config.HiddenSize} is not a multiple of num_attention_heads {config.HeadCount}");
        Require(
            !IsSet("head_dim") || (json.GetProperty("head_dim").TryGetInt32(out var width) && width == config.HeadSize),
            "head_dim is not hidden_size / num_attention_heads; only that is supported");
        Require(config.HeadSize % 2 == 0, $"a head is {config.HeadSize} wide; the rotary embedding needs an even width");
        Require(
            config.HeadCount % config.KeyValueHeadCount == 0,
            $"num_attention_heads {config.HeadCount} is not a multiple of num_key_value_heads {config.KeyValueHeadCount}");
        Require(
            config.EndOfTurnTokenId >= 0 && config.EndOfTurnTokenId < config.VocabularySize,
            $"eos_token_id {config.EndOfTurnTokenId} is not in the vocabulary");
        Require(config is { RmsNormEpsilon: > 0, RopeTheta: > 0 }, "rms_norm_eps and rope_theta must be positive");

        bool IsSet(string option) =>
            json.TryGetProperty(option, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);

        void Require(bool holds, string otherwise)
        {
            if (!holds)
                throw Fault(path, otherwise);
        }
    }

    private static InvalidDataException Fault(string path, string what) => new($"{path}: {what}.");
}
