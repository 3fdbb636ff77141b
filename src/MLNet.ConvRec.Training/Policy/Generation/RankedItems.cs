namespace MLNet.ConvRec.Policy.Generation;

/// <summary>A list of the catalog's items, without the tokens that it was written by.</summary>
/// <param name="Items">Catalog indices by rank, each once; shorter than N where the catalog was exhausted.</param>
/// <param name="Scores">What each was ranked by.</param>
internal sealed record RankedItems(int[] Items, float[] Scores);
