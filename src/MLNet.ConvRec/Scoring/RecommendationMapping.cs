using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;

namespace MLNet.ConvRec.Scoring;

/// <summary>Writes the graph's outputs as titles, years and scores by rank; a list is shorter where the catalog was exhausted.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class RecommendationMapping : CustomMappingFactory<RecommendationMapping.Input, RecommendationMapping.Output>
{
    public const string Contract = "MLNet.ConvRec.Recommendations";

    public override Action<Input, Output> GetMapping() => Map;

    public static void Map(Input row, Output output)
    {
        var catalog = ScoringAssets.Of(row.Assets).Catalog;
        var listed = row.Items.DenseValues().TakeWhile(index => index >= 0).Select(index => catalog.Items[(int)index]).ToArray();
        output.Recommendations = [.. listed.Select(item => ListLine.Format(item.Title, item.Year))];
        output.RecommendationTitles = [.. listed.Select(item => item.Title)];
        output.RecommendationYears = [.. listed.Select(item => item.Year ?? 0)];
        output.RecommendationScores = [.. row.ItemScores.DenseValues().Take(listed.Length)];
    }

    internal sealed class Input
    {
        [ColumnName(RecommenderGraph.Items)]
        public VBuffer<long> Items { get; set; }

        [ColumnName(RecommenderGraph.ItemScores)]
        public VBuffer<float> ItemScores { get; set; }

        [ColumnName(ScoringColumns.Assets)]
        public ReadOnlyMemory<char> Assets { get; set; }
    }

    internal sealed class Output
    {
        public string[] Recommendations { get; set; } = [];

        public string[] RecommendationTitles { get; set; } = [];

        public int[] RecommendationYears { get; set; } = [];

        public float[] RecommendationScores { get; set; } = [];
    }
}
