using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>
/// The row mapping behind <see cref="ChatRecommenderTransformer"/>: its columns, and one row at a time for a prediction engine.
/// </summary>
internal static class ChatRecommenderMapping
{
    public static IEstimator<ITransformer> Estimator(TransformsCatalog transforms, Action<Input, RecommendationMapping.Output> map) =>
        transforms.CustomMapping(map, contractName: null);

    public static void Write(RecommendationList list, RecommendationMapping.Output output)
    {
        var lines = list.Recommendations;
        output.Recommendations = [.. lines.Select(line => ListLine.Format(line.Title, line.Year))];
        output.RecommendationTitles = [.. lines.Select(line => line.Title)];
        output.RecommendationYears = [.. lines.Select(line => line.Year ?? 0)];
        output.RecommendationScores = [.. lines.Select(line => (float)line.Score)];
    }

    internal sealed class Input
    {
        public string Id { get; set; } = "";

        public string[] Roles { get; set; } = [];

        public string[] Texts { get; set; } = [];

        public bool SeenKnown { get; set; }

        public string[] SeenTitles { get; set; } = [];

        public int[] SeenYears { get; set; } = [];

        public Dialogue ToDialogue() => new DialogueRow
        {
            Id = Id,
            Roles = Roles,
            Texts = Texts,
            SeenKnown = SeenKnown,
            SeenTitles = SeenTitles,
            SeenYears = SeenYears,
        }.ToDialogue();
    }
}
