using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Objective;

/// <summary>What share of the objective a rank or a token is.</summary>
internal static class RankWeights
{
    /// <summary>RankMean: 1/(GN) for each rank that was written. TokenMean: the rank's share of its list's tokens, over G. [B, N].</summary>
    public static Tensor Of(Tensor count, LossTerms terms) => terms.Aggregation switch
    {
        LossAggregation.RankMean => count.IsPositive().to(count.dtype) / terms.GN,
        LossAggregation.TokenMean => count / count.sum(1, keepdim: true).AtLeast(1) / terms.G,
        _ => throw new ArgumentOutOfRangeException(nameof(terms), terms.Aggregation, "Aggregation is RankMean or TokenMean."),
    };

    /// <summary>1/(G |I_i|) for each token that belongs to a rank, otherwise 0; [B, T].</summary>
    public static Tensor OfTokens(ListTokens tokens, LossTerms terms)
    {
        var isRanked = tokens.Ranks.IsPositive().to(tokens.Current.dtype); // [B, T]
        return isRanked / isRanked.sum(1, keepdim: true).AtLeast(1) / terms.G;
    }
}
