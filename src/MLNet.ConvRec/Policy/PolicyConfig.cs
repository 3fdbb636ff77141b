using System.Text.Json.Serialization;

namespace MLNet.ConvRec.Policy;

/// <summary>The shape of the network, as a Hugging Face <c>config.json</c> holds it.</summary>
public sealed record PolicyConfig
{
    /// <summary>The architecture: <c>qwen2</c>, <c>llama</c> or <c>qwen3</c>.</summary>
    [JsonPropertyName("model_type")]
    public string ModelType { get; init; } = "qwen2";

    /// <summary>Class names for Hugging Face's loaders. The default is the one of <see cref="ModelType"/>.</summary>
    [JsonPropertyName("architectures")]
    public IReadOnlyList<string> Architectures
    {
        get => field ?? (ArchitectureOf(ModelType) is { } name ? [name] : []);
        init;
    }

    /// <summary>Width H of the residual stream.</summary>
    [JsonPropertyName("hidden_size")]
    public required int HiddenSize { get; init; }

    /// <summary>Number of blocks.</summary>
    [JsonPropertyName("num_hidden_layers")]
    public required int LayerCount { get; init; }

    /// <summary>Number of query heads; divides <see cref="HiddenSize"/> where <see cref="HeadDimension"/> is not given.</summary>
    [JsonPropertyName("num_attention_heads")]
    public required int HeadCount { get; init; }

    /// <summary>Number of key and value heads (grouped-query attention); divides <see cref="HeadCount"/>.</summary>
    [JsonPropertyName("num_key_value_heads")]
    public required int KeyValueHeadCount { get; init; }

    /// <summary>Width of the gated feed-forward layer.</summary>
    [JsonPropertyName("intermediate_size")]
    public required int IntermediateSize { get; init; }

    /// <summary>Number V of token ids.</summary>
    [JsonPropertyName("vocab_size")]
    public required int VocabularySize { get; init; }

    /// <summary>The most tokens of prompt and list together.</summary>
    [JsonPropertyName("max_position_embeddings")]
    public int MaxPositions { get; init; } = 1024;

    /// <summary>ε of the RMS norms.</summary>
    [JsonPropertyName("rms_norm_eps")]
    public double RmsNormEpsilon { get; init; } = 1e-6;

    /// <summary>Base θ of the rotary embedding.</summary>
    [JsonPropertyName("rope_theta")]
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>How the rotary embedding's frequencies are scaled for long contexts (Llama 3.1 and later); <see langword="null"/>: not.</summary>
    [JsonPropertyName("rope_scaling")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>Whether the output head is the embedding itself; otherwise the checkpoint has a <c>lm_head.weight</c>.</summary>
    [JsonPropertyName("tie_word_embeddings")]
    public bool TieWordEmbeddings { get; init; } = true;

    /// <summary>Activation of the gate.</summary>
    [JsonPropertyName("hidden_act")]
    public string Activation { get; init; } = "silu";

    /// <summary>Id of the token that ends a turn.</summary>
    [JsonPropertyName("eos_token_id")]
    public int EndOfTurnTokenId { get; init; }

    /// <summary>The type in which the weights are stored.</summary>
    [JsonPropertyName("torch_dtype")]
    public string WeightType { get; init; } = "float32";

    /// <summary>Width of one head where it isn't <see cref="HiddenSize"/> over <see cref="HeadCount"/> (Qwen3, some Llamas).</summary>
    [JsonPropertyName("head_dim")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HeadDimension { get; init; }

    /// <summary>Width D of one head.</summary>
    [JsonIgnore]
    public int HeadSize => HeadDimension ?? HiddenSize / HeadCount;

    /// <summary>Whether queries, keys and values have a bias (Qwen2 alone).</summary>
    [JsonIgnore]
    public bool HasQueryKeyValueBias => ModelType == "qwen2";

    /// <summary>Whether queries and keys are normalised per head before the rotary embedding (Qwen3 alone).</summary>
    [JsonIgnore]
    public bool HasQueryKeyNorm => ModelType == "qwen3";

    /// <summary>Hugging Face's class of a model type; <see langword="null"/>: not one that is supported.</summary>
    internal static string? ArchitectureOf(string modelType) => modelType switch
    {
        "qwen2" => "Qwen2ForCausalLM",
        "llama" => "LlamaForCausalLM",
        "qwen3" => "Qwen3ForCausalLM",
        _ => null,
    };
}
