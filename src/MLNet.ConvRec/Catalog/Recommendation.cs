namespace MLNet.ConvRec.Catalog;

/// <summary>One line of a ranked list.</summary>
/// <param name="Rank">1-based rank.</param>
/// <param name="Title">The title as listed.</param>
/// <param name="Year">The year, or <see langword="null"/>.</param>
/// <param name="Score">
/// What the system ranked by; a policy gives the log-probability of the line. Higher is better within one list only where the system says
/// so.
/// </param>
public sealed record Recommendation(int Rank, string Title, int? Year, double Score);

/// <summary>The ranked list for one dialogue.</summary>
/// <param name="Id">The dialogue's <see cref="Dialogues.Dialogue.Id"/>.</param>
/// <param name="Recommendations">The lines, by rank.</param>
public sealed record RecommendationList(string Id, IReadOnlyList<Recommendation> Recommendations);
