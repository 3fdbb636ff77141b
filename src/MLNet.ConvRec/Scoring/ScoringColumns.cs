namespace MLNet.ConvRec.Scoring;

/// <summary>Columns that live only inside the scoring chain, beside the graph's own inputs and outputs.</summary>
internal static class ScoringColumns
{
    /// <summary>Int32, the same in every row: what <see cref="Assets"/> is looked up by.</summary>
    public const string AssetsKey = "ConvRecAssetsKey";

    /// <summary>Text, the same in every row: the JSON of <see cref="ScoringAssets"/>.</summary>
    public const string Assets = "ConvRecAssets";
}
