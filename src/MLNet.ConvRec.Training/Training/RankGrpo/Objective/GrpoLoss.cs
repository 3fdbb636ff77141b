using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Objective;

/// <summary>
/// GRPO: a token's own ratio, the list's advantage, mean over the list's tokens. J = 1/G Σ_i 1/|i| Σ_t [min(w_it A_i, clip(w_it, 1 − ε_low, 1 + ε_high) A_i) − β k3_it].
/// </summary>
internal static class GrpoLoss
{
    /// <summary>Returns −objective, a scalar.</summary>
    /// <param name="tokens">The lists' tokens, [B, T].</param>
    /// <param name="advantages">A_i, [B, 1].</param>
    /// <param name="terms">Clip range and β.</param>
    public static Tensor Of(ListTokens tokens, Tensor advantages, LossTerms terms)
    {
        var objective = terms.Surrogate(Ratios(tokens, terms).Ratio, advantages); // [B, T]
        if (terms.KlCoefficient > 0)
            objective -= terms.Beta * LossTerms.K3(tokens);
        return -(objective * RankWeights.OfTokens(tokens, terms)).sum();
    }

    /// <summary>A ratio a token, and 1 where it belongs to a rank; both [B, T].</summary>
    public static (Tensor Ratio, Tensor Count) Ratios(ListTokens tokens, LossTerms terms) =>
        ((tokens.Current - tokens.Old).exp(), tokens.Ranks.AtMost(1));
}
