using MLNet.ConvRec.Catalog;

namespace QuickStart.World;

/// <summary>A simulated person who looks for a film.</summary>
/// <param name="Tastes">The genres that the seeker likes, the main one first; one or two.</param>
/// <param name="Liked">The films that the seeker names; one to three.</param>
/// <param name="Chosen">The films that the seeker chooses next, none of a title in <paramref name="Liked"/>; one to three.</param>
internal sealed record Seeker(IReadOnlyList<string> Tastes, IReadOnlyList<CatalogItem> Liked, IReadOnlyList<CatalogItem> Chosen);
