namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>A system, and the runs of it that are one row together.</summary>
/// <param name="Name">The system's name.</param>
/// <param name="Runs">Its lists, one run or more.</param>
internal sealed record NamedRuns(string Name, IReadOnlyList<NamedLists> Runs);
