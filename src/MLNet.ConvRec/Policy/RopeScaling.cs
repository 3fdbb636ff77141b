using System.Text.Json.Serialization;

namespace MLNet.ConvRec.Policy;

/// <summary>Llama 3's scaling of rotary frequencies: low ones are divided by a factor, high ones kept, those between blended.</summary>
public sealed record RopeScaling
{
    /// <summary>The kind of scaling; <c>llama3</c> is the one supported.</summary>
    [JsonPropertyName("rope_type")]
    public string RopeType { get; init; } = "llama3";

    /// <summary>What low frequencies are divided by.</summary>
    [JsonPropertyName("factor")]
    public required double Factor { get; init; }

    /// <summary>Frequencies with fewer turns than this over the original context are low.</summary>
    [JsonPropertyName("low_freq_factor")]
    public required double LowFrequencyFactor { get; init; }

    /// <summary>Frequencies with more turns than this over the original context are high; greater than <see cref="LowFrequencyFactor"/>.</summary>
    [JsonPropertyName("high_freq_factor")]
    public required double HighFrequencyFactor { get; init; }

    /// <summary>Tokens of the original context.</summary>
    [JsonPropertyName("original_max_position_embeddings")]
    public required int OriginalMaxPositions { get; init; }
}
