using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;

namespace Microsoft.ML;

/// <summary>Evaluation beside ML.NET's own evaluators: <c>mlContext.ConvRecEvaluate(scored, catalog)</c>.</summary>
public static class EvaluationExtensions
{
    /// <summary>Evaluates the recommendations of scored dialogues against their ground truth.</summary>
    /// <param name="context">The context.</param>
    /// <param name="scored">
    /// Dialogues with ground truth, transformed by a recommender: the dialogue columns,
    /// <see cref="ConvRecColumns.RecommendationTitles"/> and <see cref="ConvRecColumns.RecommendationYears"/>.
    /// </param>
    /// <param name="catalog">The catalog that lines must be in to hit.</param>
    /// <param name="options">Depths, protocol and intervals; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    /// <exception cref="InvalidDataException">There is no row, an id stands twice, or a row has more titles than years.</exception>
    public static SystemEvaluation ConvRecEvaluate(
        this MLContext context,
        IDataView scored,
        ItemCatalog catalog,
        EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(scored);
        foreach (var column in typeof(ScoredRow).GetProperties().Select(property => property.Name))
        {
            if (scored.Schema.GetColumnOrNull(column) is null)
                throw new ArgumentException($"Column {column} is missing; transform loaded dialogues with a recommender.", nameof(scored));
        }

        var rows = context.Data.CreateEnumerable<ScoredRow>(scored, reuseRowObject: false).ToList();
        var lists = rows.Select(row => row.ToList());
        return RecommendationEvaluator.Evaluate("scored", lists, [.. rows.Select(row => row.ToDialogue())], catalog, options);
    }

    // ML.NET fills it by reflection. The texts stay: absent seen items are found in them.
    private sealed class ScoredRow
    {
        public string Id { get; set; } = "";

        public string[] Roles { get; set; } = [];

        public string[] Texts { get; set; } = [];

        public bool SeenKnown { get; set; }

        public string[] SeenTitles { get; set; } = [];

        public int[] SeenYears { get; set; } = [];

        public string[] GroundTruthTitles { get; set; } = [];

        public int[] GroundTruthYears { get; set; } = [];

        public string[] RecommendationTitles { get; set; } = [];

        public int[] RecommendationYears { get; set; } = [];

        public Dialogue ToDialogue() => new DialogueRow
        {
            Id = Id,
            Roles = Roles,
            Texts = Texts,
            SeenKnown = SeenKnown,
            SeenTitles = SeenTitles,
            SeenYears = SeenYears,
            GroundTruthTitles = GroundTruthTitles,
            GroundTruthYears = GroundTruthYears,
        }.ToDialogue();

        // A vector column of fixed size is padded where a list is shorter: empty titles at the end are no lines.
        public RecommendationList ToList()
        {
            if (RecommendationYears.Length != RecommendationTitles.Length)
            {
                throw new InvalidDataException(
                    $"Row '{Id}' has {RecommendationTitles.Length} titles and {RecommendationYears.Length} years; give each title one, 0 for none.");
            }

            var length = Array.FindLastIndex(RecommendationTitles, title => !string.IsNullOrEmpty(title)) + 1;
            return new RecommendationList(Id, [.. RecommendationTitles.Take(length).Select(Line)]);
        }

        private Recommendation Line(string title, int index) =>
            new(index + 1, title ?? "", RecommendationYears[index] is var year and not 0 ? year : null, 0);
    }
}
