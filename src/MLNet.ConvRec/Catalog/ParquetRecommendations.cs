using System.Text.Json.Serialization;

namespace MLNet.ConvRec.Catalog;

/// <summary>A ranked list as a row of a Parquet file that is written; Parquet.Net reads it by reflection.</summary>
internal sealed class ParquetRecommendations
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("recommendations")]
    public required List<Item> Recommendations { get; init; }

    public static ParquetRecommendations From(RecommendationList list) => new()
    {
        Id = list.Id,
        Recommendations = [.. list.Recommendations.Select(item => new Item
        {
            Rank = item.Rank,
            Title = item.Title,
            Year = item.Year,
            Score = double.IsFinite(item.Score) ? item.Score : null,
        })],
    };

    internal sealed class Item
    {
        [JsonPropertyName("rank")]
        public int Rank { get; init; }

        [JsonPropertyName("title")]
        public required string Title { get; init; }

        [JsonPropertyName("year")]
        public int? Year { get; init; }

        [JsonPropertyName("score")]
        public double? Score { get; init; }
    }
}
