using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>What a list earns as a whole, for GRPO and GSPO (spec: "sequence reward").</summary>
public static class SequenceReward
{
    /// <summary>Returns DCG@N = Σ h_j / log2(j+1).</summary>
    /// <param name="hits">Whether each line hits, by rank; the first N.</param>
    public static double Dcg(IReadOnlyList<bool> hits)
    {
        ArgumentNullException.ThrowIfNull(hits);
        return hits.Select((hit, index) => hit ? RankDiscount.At(index + 1) : 0).Sum();
    }
}
