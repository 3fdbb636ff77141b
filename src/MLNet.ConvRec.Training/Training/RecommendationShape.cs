using Microsoft.ML;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Training;

/// <summary>The columns that a trained policy reads and adds, told to ML.NET before anything is trained.</summary>
internal static class RecommendationShape
{
    /// <summary>Returns the output shape; ML.NET's own sentence tells of a missing column.</summary>
    public static SchemaShape Of(TransformsCatalog transforms, SchemaShape input) =>
        transforms.CustomMapping<Input, Output>((_, _) => { }, contractName: null).GetOutputSchema(input);

    internal sealed class Input
    {
        public string Id { get; set; } = "";

        public string[] Roles { get; set; } = [];

        public string[] Texts { get; set; } = [];

        public bool SeenKnown { get; set; }

        public string[] SeenTitles { get; set; } = [];

        public int[] SeenYears { get; set; } = [];
    }

    internal sealed class Output
    {
        [Microsoft.ML.Data.ColumnName(ConvRecColumns.Recommendations)]
        public string[] Recommendations { get; set; } = [];

        [Microsoft.ML.Data.ColumnName(ConvRecColumns.RecommendationTitles)]
        public string[] Titles { get; set; } = [];

        [Microsoft.ML.Data.ColumnName(ConvRecColumns.RecommendationYears)]
        public int[] Years { get; set; } = [];

        [Microsoft.ML.Data.ColumnName(ConvRecColumns.RecommendationScores)]
        public float[] Scores { get; set; } = [];
    }
}
