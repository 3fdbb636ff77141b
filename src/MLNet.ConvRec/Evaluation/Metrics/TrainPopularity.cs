using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;

namespace MLNet.ConvRec.Evaluation.Metrics;

/// <summary>How often train names each item, for popularity and novelty.</summary>
internal sealed class TrainPopularity
{
    private readonly double[] _counts;
    private readonly double[] _bits;

    private TrainPopularity(double[] counts)
    {
        _counts = counts;
        _bits = PopularityBits.Of(counts);
    }

    /// <summary>Takes the counts of the options, else of the catalog; <see langword="null"/> if neither has any.</summary>
    /// <exception cref="ArgumentException">The options' counts do not fit the catalog.</exception>
    public static TrainPopularity? Of(ItemCatalog catalog, EvaluationOptions options)
    {
        if (options.TrainPopularity is { } given)
        {
            if (given.Count == catalog.Count && given.All(count => count >= 0 && double.IsFinite(count)))
                return new TrainPopularity([.. given]);
            throw new ArgumentException(
                $"TrainPopularity has {given.Count} counts for {catalog.Count} catalog items; give each item a count of 0 or more.");
        }

        return catalog.Items.Any(item => item.Popularity is not null)
            ? new TrainPopularity([.. catalog.Items.Select(item => Math.Max(0, item.Popularity ?? 0))])
            : null;
    }

    /// <summary>Returns the item's count.</summary>
    public double Count(int item) => _counts[item];

    /// <summary>Returns −log2 of the item's share of all mentions, in bits; each count plus one, so that none has no share.</summary>
    public double Bits(int item) => _bits[item];
}
