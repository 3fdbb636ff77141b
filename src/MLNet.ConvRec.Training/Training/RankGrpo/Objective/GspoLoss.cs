using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Objective;

/// <summary>GSPO: one ratio for the whole list, the geometric mean of its tokens'. J = 1/G Σ_i [min(w_i A_i, clip(w_i, 1 − ε_low, 1 + ε_high) A_i) − β k3_i].</summary>
internal static class GspoLoss
{
    /// <summary>Returns −objective, a scalar.</summary>
    /// <param name="tokens">The lists' tokens, [B, T].</param>
    /// <param name="advantages">A_i, [B, 1].</param>
    /// <param name="terms">Clip range and β.</param>
    public static Tensor Of(ListTokens tokens, Tensor advantages, LossTerms terms)
    {
        var objective = terms.Surrogate(Ratios(tokens, terms).Ratio, advantages).sum() / terms.G; // of [B, 1]
        if (terms.KlCoefficient > 0)
            objective -= terms.Beta * (LossTerms.K3(tokens) * RankWeights.OfTokens(tokens, terms)).sum();
        return -objective;
    }

    /// <summary>A ratio a list, and how many of its tokens belong to a rank; both [B, 1].</summary>
    public static (Tensor Ratio, Tensor Count) Ratios(ListTokens tokens, LossTerms terms) =>
        (RankRatio.OfSequence(tokens.Current, tokens.Old, tokens.Ranks), tokens.Ranks.AtMost(1).sum(1, keepdim: true));
}
