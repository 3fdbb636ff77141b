namespace MLNet.ConvRec.Demonstrations.Adjust;

/// <summary>What one dialogue of train tells the fit: the items with a score, which were chosen, and which could not be.</summary>
/// <param name="Items">The items whose features are not all 0, and all chosen ones.</param>
/// <param name="Features">Their features, item by item; as many per item as there are coefficients.</param>
/// <param name="Chosen">Positions of the chosen items in <paramref name="Items"/>.</param>
/// <param name="Impossible">Items that could not be chosen, since the dialogue had named them; none of <paramref name="Items"/>.</param>
internal sealed record Choice(int[] Items, float[] Features, int[] Chosen, int[] Impossible);
