using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>A system's lists, which may be gone through more than once.</summary>
/// <param name="Name">The system's name.</param>
/// <param name="Lists">At most one per dialogue.</param>
/// <param name="Path">The file that they come from; <see langword="null"/> where they are made here.</param>
internal sealed record NamedLists(string Name, IEnumerable<RecommendationList> Lists, string? Path = null);
