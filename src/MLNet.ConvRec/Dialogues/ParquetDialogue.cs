using System.Text.Json.Serialization;

namespace MLNet.ConvRec.Dialogues;

/// <summary>A dialogue as a row of a Parquet file that is written; Parquet.Net reads it by reflection.</summary>
internal sealed class ParquetDialogue
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("turns")]
    public required string Turns { get; init; }

    [JsonPropertyName("seen")]
    public string? Seen { get; init; }

    [JsonPropertyName("groundTruth")]
    public string? GroundTruth { get; init; }

    [JsonPropertyName("candidates")]
    public string? Candidates { get; init; }
}
