using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>A dialogue with the list that the policy is to imitate.</summary>
/// <param name="Id">The dialogue's identifier.</param>
/// <param name="Dialogue">The dialogue.</param>
/// <param name="Items">The list by rank: items of the catalog, none repeated, none with the title of a seen item. Score: s_final.</param>
public sealed record Demonstration(string Id, Dialogue Dialogue, IReadOnlyList<Recommendation> Items);
