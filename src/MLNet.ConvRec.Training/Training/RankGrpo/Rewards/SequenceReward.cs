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

    /// <summary>Returns Σ r_j / log2(j+1): DCG@N where each rank's reward is its own hit.</summary>
    /// <param name="rankRewards">What each rank earned for itself alone.</param>
    public static double Of(double[] rankRewards)
    {
        ArgumentNullException.ThrowIfNull(rankRewards);
        return rankRewards.Select((reward, index) => reward * RankDiscount.At(index + 1)).Sum();
    }
}
