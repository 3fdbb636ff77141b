using MLNet.ConvRec.Policy;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>The tokens of sampled lists and how likely they are; what every loss of the family is a function of. All [B, T].</summary>
/// <param name="Current">Log-probabilities under the policy being trained; carries the gradient.</param>
/// <param name="Old">Log-probabilities under the policy that sampled.</param>
/// <param name="Reference">Log-probabilities under the reference policy; needed only where β > 0.</param>
/// <param name="Ranks">Rank 1..N of each token; 0: a token of no rank, or padding.</param>
internal sealed record ListTokens(Tensor Current, Tensor Old, Tensor? Reference, Tensor Ranks);

/// <summary>What all losses share.</summary>
/// <param name="ClipLow">ε_low.</param>
/// <param name="ClipHigh">ε_high.</param>
/// <param name="KlCoefficient">β.</param>
/// <param name="Aggregation">How rank losses are averaged.</param>
/// <param name="RankCount">N.</param>
/// <param name="ListCount">G of the whole batch, so that micro-batches add up to it exactly.</param>
internal sealed record LossTerms(double ClipLow, double ClipHigh, double KlCoefficient, LossAggregation Aggregation, int RankCount, double ListCount)
{
    /// <summary>δ, above which a ratio is cut off whatever the sign of A; <see langword="null"/>: nowhere.</summary>
    public double? RatioBound { get; init; }

    /// <summary>min(w A, clip(w) A). Where A &lt; 0 it falls without end as w grows; with a bound, w is min(w, δ) and it ends at δ A.</summary>
    public Tensor Surrogate(Tensor ratio, Tensor advantage) =>
        minimum((RatioBound is { } bound ? ratio.clamp_max(HeldScalars.Of(bound)) : ratio) * advantage, ratio.clamp(HeldScalars.Of(1 - ClipLow), HeldScalars.Of(1 + ClipHigh)) * advantage);

    /// <summary>k3 = exp(ref − logp) − (ref − logp) − 1, per token.</summary>
    public static Tensor K3(ListTokens tokens)
    {
        var difference = (tokens.Reference ?? throw new InvalidOperationException("β > 0 needs the reference policy's log-probabilities.")) - tokens.Current;
        return difference.expm1() - difference; // exp(x) - 1 loses the digits that matter where x is small
    }
}

/// <summary>Rank-GRPO (paper, stage 2): the unit of action is a rank.</summary>
internal static class RankGrpoLoss
{
    /// <summary>Returns −objective, a scalar.</summary>
    /// <param name="tokens">The lists' tokens, [B, T].</param>
    /// <param name="advantages">A_ik, [B, N].</param>
    /// <param name="terms">Clip range, β, aggregation.</param>
    public static Tensor Of(ListTokens tokens, Tensor advantages, LossTerms terms)
    {
        var (ratio, count) = Ratios(tokens, terms);                                                        // [B, N]
        var weight = RankWeights.Of(count, terms);                                                         // [B, N]
        var objective = terms.Surrogate(ratio, advantages);                                                // [B, N]
        if (terms.KlCoefficient > 0)
            objective -= RankRatio.MeanByRank(LossTerms.K3(tokens), tokens.Ranks, terms.RankCount).Mean * HeldScalars.Of(terms.KlCoefficient);
        return -(objective * weight).sum();
    }

    /// <summary>A ratio a rank, and how many tokens the rank has; both [B, N].</summary>
    public static (Tensor Ratio, Tensor Count) Ratios(ListTokens tokens, LossTerms terms) =>
        RankRatio.Of(tokens.Current, tokens.Old, tokens.Ranks, terms.RankCount);
}

/// <summary>GRPO: a token's own ratio, the list's advantage, mean over the list's tokens.</summary>
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
            objective -= LossTerms.K3(tokens) * HeldScalars.Of(terms.KlCoefficient);
        return -(objective * RankWeights.OfTokens(tokens, terms)).sum();
    }

    /// <summary>A ratio a token, and 1 where it belongs to a rank; both [B, T].</summary>
    public static (Tensor Ratio, Tensor Count) Ratios(ListTokens tokens, LossTerms terms) =>
        ((tokens.Current - tokens.Old).exp(), tokens.Ranks.clamp_max(HeldScalars.Of(1)));
}

/// <summary>GSPO: one ratio for the whole list, the geometric mean of its tokens'.</summary>
internal static class GspoLoss
{
    /// <summary>Returns −objective, a scalar.</summary>
    /// <param name="tokens">The lists' tokens, [B, T].</param>
    /// <param name="advantages">A_i, [B, 1].</param>
    /// <param name="terms">Clip range and β.</param>
    public static Tensor Of(ListTokens tokens, Tensor advantages, LossTerms terms)
    {
        var ratio = Ratios(tokens, terms).Ratio;                                          // [B, 1]
        var objective = terms.Surrogate(ratio, advantages).sum() / HeldScalars.Of(terms.ListCount);
        if (terms.KlCoefficient > 0)
            objective -= (LossTerms.K3(tokens) * RankWeights.OfTokens(tokens, terms)).sum() * HeldScalars.Of(terms.KlCoefficient);
        return -objective;
    }

    /// <summary>A ratio a list, and how many of its tokens belong to a rank; both [B, 1].</summary>
    public static (Tensor Ratio, Tensor Count) Ratios(ListTokens tokens, LossTerms terms) =>
        (RankRatio.OfSequence(tokens.Current, tokens.Old, tokens.Ranks), tokens.Ranks.clamp_max(HeldScalars.Of(1)).sum(1, keepdim: true));
}

/// <summary>What share of the objective a rank or a token is.</summary>
internal static class RankWeights
{
    /// <summary>RankMean: 1/(GN) for each rank that was written. TokenMean: the rank's share of its list's tokens, over G. [B, N].</summary>
    public static Tensor Of(Tensor count, LossTerms terms) => terms.Aggregation switch
    {
        LossAggregation.RankMean => count.gt(HeldScalars.Of(0)).to(count.dtype) / HeldScalars.Of(terms.ListCount * terms.RankCount),
        LossAggregation.TokenMean => count / count.sum(1, keepdim: true).clamp_min(HeldScalars.One) / HeldScalars.Of(terms.ListCount),
        _ => throw new ArgumentOutOfRangeException(nameof(terms), terms.Aggregation, "Aggregation is RankMean or TokenMean."),
    };

    /// <summary>1/(G |I_i|) for each token that belongs to a rank, otherwise 0; [B, T].</summary>
    public static Tensor OfTokens(ListTokens tokens, LossTerms terms)
    {
        var isRanked = tokens.Ranks.gt(HeldScalars.Of(0)).to(tokens.Current.dtype); // [B, T]
        return isRanked / isRanked.sum(1, keepdim: true).clamp_min(HeldScalars.One) / HeldScalars.Of(terms.ListCount);
    }
}

/// <summary>How the losses of a list's ranks are averaged.</summary>
public enum LossAggregation
{
    /// <summary>Each rank weighs the same, 1/(G N): the paper. Missing ranks count in N.</summary>
    RankMean,

    /// <summary>Each token weighs the same within its list: the authors' code.</summary>
    TokenMean,
}
