namespace MLNet.ConvRec.Catalog;

/// <summary>How surprising it is that an item is named; the metric "novelty" and the reward of it share this.</summary>
internal static class PopularityBits
{
    /// <summary>Returns −log2 of each item's share of all mentions, in bits; each count plus one, so that none has no share.</summary>
    /// <param name="counts">How often each item is named, 0 or more.</param>
    public static double[] Of(double[] counts)
    {
        var total = counts.Sum(count => count + 1);
        return Array.ConvertAll(counts, count => -Math.Log2((count + 1) / total));
    }
}
