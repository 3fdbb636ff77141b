using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>What an update saw, in sums to which its micro-batches add up.</summary>
/// <param name="Low">Ratios clipped from below: under 1 − ε_low where the advantage is negative.</param>
/// <param name="High">Ratios clipped from above: over 1 + ε_high where the advantage is positive.</param>
/// <param name="Units">Of how many ratios: those of the unit that the algorithm clips which hold a token of a rank and have an advantage.</param>
/// <param name="Divergence">The sum of k3.</param>
/// <param name="Tokens">Over how many tokens: those that belong to a rank, forced ones, whose k3 is 0, included.</param>
internal readonly record struct UpdateSums(double Low, double High, double Units, double Divergence, double Tokens)
{
    /// <summary>Counts in the tensors that a loss was computed of: no pass more, no gradient.</summary>
    /// <param name="ratios">The unit's ratios and how many tokens each has, both [B, U].</param>
    /// <param name="tokens">The lists' tokens, [B, T].</param>
    /// <param name="advantages">[B, N], or [B, 1] where a list is rewarded as a whole.</param>
    /// <param name="terms">Clip range and β.</param>
    public static UpdateSums Of(Func<ListTokens, LossTerms, (Tensor Ratio, Tensor Count)> ratios, ListTokens tokens, Tensor advantages, LossTerms terms)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (ratio, count) = ratios(tokens, terms);                                            // [B, U]
        var isWritten = count.IsPositive();                                                    // [B, U]
        var isLow = advantages.IsNegative().bitwise_and(isWritten).bitwise_and(ratio.IsBelow(1 - terms.ClipLow));
        var isHigh = advantages.IsPositive().bitwise_and(isWritten).bitwise_and(ratio.IsAbove(1 + terms.ClipHigh));
        var isTaught = advantages.IsNonZero().bitwise_and(isWritten);                          // [B, U]
        var isRanked = tokens.Ranks.IsPositive();                                              // [B, T]
        var divergence = tokens.Reference is null ? zeros_like(tokens.Current) : LossTerms.K3(tokens) * isRanked.to(tokens.Current.dtype);
        var counted = new[] { isLow, isHigh, isTaught, divergence, isRanked }.Select(each => each.sum(ScalarType.Float32)).ToArray();
        Span<float> sums = stackalloc float[counted.Length];
        HostTransfer.Read(stack(counted), sums, HostPlace.UpdateSums);
        return new UpdateSums(sums[0], sums[1], sums[2], sums[3], sums[4]);
    }

    public static UpdateSums operator +(UpdateSums a, UpdateSums b) =>
        new(a.Low + b.Low, a.High + b.High, a.Units + b.Units, a.Divergence + b.Divergence, a.Tokens + b.Tokens);

    /// <summary>Divides, once.</summary>
    /// <param name="hasReference">Whether β > 0.</param>
    public UpdateStatistics Shares(bool hasReference) => new()
    {
        ClippedLow = Low / Math.Max(1, Units),
        ClippedHigh = High / Math.Max(1, Units),
        Divergence = hasReference ? Divergence / Math.Max(1, Tokens) : null,
    };
}

/// <summary>An update's loss, and what it saw.</summary>
internal sealed record UpdatePass(double Loss, UpdateStatistics Statistics);
