using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Objective;

/// <summary>
/// Rank-GRPO (paper, stage 2): the unit of action is a rank. J = 1/(G N) Σ_i Σ_k [min(w_ik A_ik, clip(w_ik, 1 − ε_low, 1 + ε_high) A_ik) − β k3_ik], list i, rank k.
/// </summary>
internal static class RankGrpoLoss
{
    /// <summary>Returns −objective, a scalar.</summary>
    /// <param name="tokens">The lists' tokens, [B, T].</param>
    /// <param name="advantages">A_ik, [B, N].</param>
    /// <param name="terms">Clip range, β, aggregation.</param>
    public static Tensor Of(ListTokens tokens, Tensor advantages, LossTerms terms)
    {
        var (ratio, count) = Ratios(tokens, terms);                 // [B, N]
        var objective = terms.Surrogate(ratio, advantages);         // [B, N]
        if (terms.KlCoefficient > 0)
            objective -= terms.Beta * RankRatio.MeanByRank(LossTerms.K3(tokens), tokens.Ranks, terms.RankCount).Mean;
        return -(objective * RankWeights.Of(count, terms)).sum();
    }

    /// <summary>A ratio a rank, and how many tokens the rank has; both [B, N].</summary>
    public static (Tensor Ratio, Tensor Count) Ratios(ListTokens tokens, LossTerms terms) =>
        RankRatio.Of(tokens.Current, tokens.Old, tokens.Ranks, terms.RankCount);
}
