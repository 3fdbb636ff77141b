using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Objective;

/// <summary>Importance ratios of a rank, w_ik = exp(1/|k| Σ_t (log π_θ − log π_old)) over its tokens t, and of a whole list: geometric means of their tokens' ratios (paper, stage 2; spec "Ratios").</summary>
internal static class RankRatio
{
    /// <summary>Returns exp(mean over the rank's tokens of current − old), and how many tokens each rank has.</summary>
    /// <param name="current">Log-probabilities under the policy being trained, [B, T].</param>
    /// <param name="old">Those of the policy that sampled, [B, T].</param>
    /// <param name="ranks">The rank 1..N of each token, 0 for a token of no rank and for padding, long [B, T].</param>
    /// <param name="rankCount">N.</param>
    /// <returns>Ratio and token count, each [B, N]; a rank without tokens has ratio 1 and count 0.</returns>
    public static (Tensor Ratio, Tensor Count) Of(Tensor current, Tensor old, Tensor ranks, int rankCount)
    {
        var (mean, count) = MeanByRank(current - old, ranks, rankCount);
        return (mean.exp(), count);
    }

    /// <summary>Returns exp(mean over all tokens that belong to a rank of current − old), [B, 1].</summary>
    public static Tensor OfSequence(Tensor current, Tensor old, Tensor ranks)
    {
        var isRanked = ranks.IsPositive().to(current.dtype);                                // [B, T]
        var count = isRanked.sum(1, keepdim: true);                                         // [B, 1]
        return (((current - old) * isRanked).sum(1, keepdim: true) / count.AtLeast(1)).exp(); // [B, 1]
    }

    /// <summary>Averages token values over each rank: mean and count, each [B, N].</summary>
    public static (Tensor Mean, Tensor Count) MeanByRank(Tensor values, Tensor ranks, int rankCount)
    {
        var empty = zeros([values.shape[0], rankCount + 1], values.dtype, values.device);  // column 0 collects the tokens of no rank
        var sum = empty.scatter_add(1, ranks, values).narrow(1, 1, rankCount);             // [B, N]
        var count = empty.scatter_add(1, ranks, ones_like(values)).narrow(1, 1, rankCount);
        return (sum / count.AtLeast(1), count);
    }
}
