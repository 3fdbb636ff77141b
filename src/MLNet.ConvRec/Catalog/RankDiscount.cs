namespace MLNet.ConvRec.Catalog;

/// <summary>What a hit is worth at a rank; the reward and the metric share it (spec: discount d_j = 1/log2(j+1)).</summary>
internal static class RankDiscount
{
    /// <summary>Returns the discount of a 1-based rank: 1 at the first, falling towards 0.</summary>
    public static double At(int rank) => 1 / Math.Log2(rank + 1);
}
