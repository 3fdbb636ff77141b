namespace MLNet.ConvRec.Dialogues;

/// <summary>The names of the columns that the stages read and write; fixed, so that a saved pipeline finds them again.</summary>
public static class ConvRecColumns
{
    /// <summary>Text: the dialogue's identifier.</summary>
    public const string Id = "Id";

    /// <summary>Vector of text: who speaks in each turn, <c>user</c> or <c>assistant</c>.</summary>
    public const string Roles = "Roles";

    /// <summary>Vector of text: what was said in each turn.</summary>
    public const string Texts = "Texts";

    /// <summary>Boolean: whether the dialogue came with its <c>seen</c> items; otherwise they are found in the text.</summary>
    public const string SeenKnown = "SeenKnown";

    /// <summary>Vector of text: titles of the items already named.</summary>
    public const string SeenTitles = "SeenTitles";

    /// <summary>Vector of Int32: their years; 0 for none.</summary>
    public const string SeenYears = "SeenYears";

    /// <summary>Vector of text: titles of the items that alone may be listed; empty: all may.</summary>
    /// <remarks>
    /// Rows may lack this column and its years. A recommender that <c>mlContext.Model.Load</c> has loaded wants them:
    /// <c>mlContext.Data.LoadDialogues(rows.ReadDialogues())</c> makes rows that have them.
    /// </remarks>
    public const string CandidateTitles = "CandidateTitles";

    /// <summary>Vector of Int32: their years; 0 for none.</summary>
    public const string CandidateYears = "CandidateYears";

    /// <summary>Vector of text: titles of the items really chosen next.</summary>
    public const string GroundTruthTitles = "GroundTruthTitles";

    /// <summary>Vector of Int32: their years; 0 for none.</summary>
    public const string GroundTruthYears = "GroundTruthYears";

    /// <summary>Vector of text: the demonstration's lines <c>Title (Year)</c> by rank; empty for a dialogue that is not imitated.</summary>
    public const string Demonstration = "Demonstration";

    /// <summary>Vector of Single: the final score of each line of <see cref="Demonstration"/>.</summary>
    public const string DemonstrationScores = "DemonstrationScores";

    /// <summary>Vector of text: the recommended lines <c>Title (Year)</c> by rank.</summary>
    public const string Recommendations = "Recommendations";

    /// <summary>Vector of text: titles of the recommended items by rank.</summary>
    public const string RecommendationTitles = "RecommendationTitles";

    /// <summary>Vector of Int32: their years; 0 for none.</summary>
    public const string RecommendationYears = "RecommendationYears";

    /// <summary>
    /// Vector of Single: what each recommended line was ranked by; of a policy its log-probability under the catalog mask.
    /// </summary>
    public const string RecommendationScores = "RecommendationScores";
}
