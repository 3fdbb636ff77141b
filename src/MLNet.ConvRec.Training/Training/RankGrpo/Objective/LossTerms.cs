using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Objective;

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

    /// <summary>β.</summary>
    public Real Beta => KlCoefficient;

    /// <summary>G.</summary>
    public Real G => ListCount;

    /// <summary>G N.</summary>
    public Real GN => ListCount * RankCount;

    /// <summary>min(w A, clip(w) A). Where A &lt; 0 it falls without end as w grows; with a bound, w is min(w, δ) and it ends at δ A.</summary>
    public Tensor Surrogate(Tensor ratio, Tensor advantage) =>
        (Bounded(ratio) * advantage).AtMost(ratio.Clip(1 - ClipLow, 1 + ClipHigh) * advantage);

    /// <summary>k3 = exp(ref − logp) − (ref − logp) − 1, per token.</summary>
    public static Tensor K3(ListTokens tokens)
    {
        var difference = (tokens.Reference ?? throw new InvalidOperationException("β > 0 needs the reference policy's log-probabilities.")) - tokens.Current;
        return difference.expm1() - difference; // exp(x) - 1 loses the digits that matter where x is small
    }

    private Tensor Bounded(Tensor ratio) => RatioBound is { } bound ? ratio.AtMost(bound) : ratio;
}
