using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Objective;

/// <summary>An algorithm of the family: what is compared within a group, and whose ratio is clipped. Chosen once; the loop is the same for all.</summary>
/// <param name="Name">The catalog method that makes its trainer.</param>
/// <param name="Stage">What its progress is reported as.</param>
/// <param name="IsOfLists">Whether a list is rewarded as a whole.</param>
/// <param name="Advantages">[groups][samples][ranks] rewards to advantages, [groups][samples][N], or [groups][samples][1] where a list is rewarded as a whole.</param>
/// <param name="Loss">−objective of tokens and their lists' advantages, a scalar.</param>
/// <param name="Ratios">The ratios that <paramref name="Loss"/> clips, and how many tokens of ranks each is of; both [B, U].</param>
internal sealed record PolicyObjective(
    string Name,
    string Stage,
    bool IsOfLists,
    Func<double[][][], AdvantageScaling, double[][][]> Advantages,
    Func<ListTokens, Tensor, LossTerms, Tensor> Loss,
    Func<ListTokens, LossTerms, (Tensor Ratio, Tensor Count)> Ratios)
{
    /// <summary>Ratio and advantage of each rank (the paper).</summary>
    public static PolicyObjective RankGrpo { get; } = new("RankGrpo", "rank-grpo", false, RankAdvantage.Of, RankGrpoLoss.Of, RankGrpoLoss.Ratios);

    /// <summary>A token's own ratio, the list's advantage.</summary>
    public static PolicyObjective Grpo { get; } = new("Grpo", "grpo", true, OfLists, GrpoLoss.Of, GrpoLoss.Ratios);

    /// <summary>Ratio and advantage of the whole list.</summary>
    public static PolicyObjective Gspo { get; } = new("Gspo", "gspo", true, OfLists, GspoLoss.Of, GspoLoss.Ratios);

    /// <summary>Checks that the options mean something to this algorithm.</summary>
    /// <exception cref="ArgumentException">An option would be ignored; the sentence names it.</exception>
    public void Validate(RankGrpoOptions options)
    {
        options.Validate();
        if (IsOfLists && !options.Reward.IsOfOneRank)
            throw new ArgumentException($"RankGrpoOptions.Reward is {options.Reward.GetType().Name}, in which ranks answer for later ones; {Name} rewards a list as a whole: leave the default, or use RankGrpo.");
        if (IsOfLists && options.Aggregation != LossAggregation.RankMean)
            throw new ArgumentException($"RankGrpoOptions.Aggregation is {options.Aggregation}, but {Name} has no ranks to average; leave the default, or use RankGrpo.");
    }

    private static double[][][] OfLists(double[][][] rewards, AdvantageScaling scaling)
    {
        var ofLists = Array.ConvertAll(rewards, group => Array.ConvertAll(group, SequenceReward.Of)); // [groups][samples]
        return Array.ConvertAll(RankAdvantage.OfSequences(ofLists, scaling), group => Array.ConvertAll(group, advantage => new[] { advantage }));
    }
}
