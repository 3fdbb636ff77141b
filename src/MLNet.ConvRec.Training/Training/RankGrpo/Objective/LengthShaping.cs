using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Advantages of the tokens that belong to no rank, given after normalising: they teach a freely sampled list to end after its N lines.</summary>
public sealed record LengthShaping
{
    /// <summary>What each token past line N loses. The default is 0.1.</summary>
    public double PenaltyPastEnd { get; init; } = 0.1;

    /// <summary>What an end of the turn before line N is complete loses. The default is 0.1.</summary>
    public double PenaltyOfEarlyEnd { get; init; } = 0.1;

    /// <summary>What the end of the turn right after line N gains. The default is 0.1.</summary>
    public double BonusOfExactEnd { get; init; } = 0.1;

    internal void Validate()
    {
        OptionCheck.AtLeast(PenaltyPastEnd, 0, nameof(LengthShaping), nameof(PenaltyPastEnd));
        OptionCheck.AtLeast(PenaltyOfEarlyEnd, 0, nameof(LengthShaping), nameof(PenaltyOfEarlyEnd));
        OptionCheck.AtLeast(BonusOfExactEnd, 0, nameof(LengthShaping), nameof(BonusOfExactEnd));
    }

    /// <summary>Returns each token's advantage; 0 for those of a rank, and for an end that comes after lines too many: ending there is no fault.</summary>
    internal double[] Of(SampledList list, int listLength)
    {
        var advantages = new double[list.Tokens.Length];
        var isPastEnd = false;
        for (var t = 0; t < advantages.Length; t++)
        {
            if (list.Ranks[t] > 0)
                continue;
            var isEnd = t + 1 == advantages.Length && !list.IsTruncated;
            if (!isEnd)
                (advantages[t], isPastEnd) = (-PenaltyPastEnd, true);
            else if (!isPastEnd)
                advantages[t] = list.Items.Length < listLength ? -PenaltyOfEarlyEnd : BonusOfExactEnd;
        }

        return advantages;
    }
}

/// <summary>The part of the objective that length shaping adds.</summary>
internal static class LengthShapingLoss
{
    /// <summary>Returns −Σ min(w A, clip(w) A) over the shaped tokens, each with its own ratio; a scalar.</summary>
    /// <param name="tokens">The lists' tokens, [B, T].</param>
    /// <param name="advantages">0 for a token that isn't shaped, [B, T].</param>
    /// <param name="terms">A shaped token weighs as a rank does, 1/(GN), or as a token of a rank of its list does, 1/(G |I_i|), as ranks are aggregated.</param>
    public static Tensor Of(ListTokens tokens, Tensor advantages, LossTerms terms)
    {
        var objective = terms.Surrogate((tokens.Current - tokens.Old).exp(), advantages); // [B, T]
        if (terms.Aggregation == LossAggregation.RankMean)
            return -objective.sum() / terms.GN;
        var ranked = tokens.Ranks.IsPositive().to(objective.dtype).sum(1, keepdim: true).AtLeast(1); // [B, 1]
        return -(objective / ranked).sum() / terms.G;
    }
}
