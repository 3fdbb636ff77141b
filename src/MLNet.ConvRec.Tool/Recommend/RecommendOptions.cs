namespace MLNet.ConvRec.Tool.Recommend;

/// <summary>What <c>convrec recommend</c> is asked for.</summary>
internal sealed record RecommendOptions
{
    /// <summary>The saved recommender.</summary>
    public required string Model { get; init; }

    /// <summary>The file of the items that alone may be listed; <see langword="null"/>: all may.</summary>
    public string? Candidates { get; init; }
}
