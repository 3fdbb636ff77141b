namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>A list as the one matcher judged it: what rewards are a function of.</summary>
public sealed record JudgedList
{
    /// <summary>Whether each line hits, by rank.</summary>
    public required IReadOnlyList<bool> Hits { get; init; }

    /// <summary>
    /// The catalog index of each line, by rank; −1 for a line that could not hit whatever was chosen: not in the catalog, seen, or listed before.
    /// <see langword="null"/> where only the hits are known.
    /// </summary>
    public IReadOnlyList<int>? Items { get; init; }
}
