namespace MLNet.ConvRec.Evaluation.Metrics;

/// <summary>How the lists of a system spread over the catalog.</summary>
internal static class ItemExposure
{
    /// <summary>Returns the share of items that are listed at all.</summary>
    /// <param name="listed">By catalog index how often the item is listed.</param>
    public static double Coverage(IReadOnlyList<int> listed) => (double)listed.Count(count => count > 0) / listed.Count;

    /// <summary>Returns the Gini coefficient of the counts, items never listed included; NaN if none is listed.</summary>
    /// <param name="listed">By catalog index how often the item is listed.</param>
    public static double Gini(IReadOnlyList<int> listed)
    {
        double total = 0, weighted = 0;
        var place = 0;
        foreach (var count in listed.Order())
        {
            place++;
            total += count;
            weighted += ((2.0 * place) - listed.Count - 1) * count;
        }

        return total == 0 ? double.NaN : weighted / (listed.Count * total);
    }
}
