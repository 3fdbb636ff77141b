using MLNet.ConvRec.Policy.Generation;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Objective;

/// <summary>A sampled list with what its tokens are told.</summary>
/// <param name="List">The list; where it was cut off and such lists don't count, it has no ranks and no decisions.</param>
/// <param name="Advantages">A_ik, [N], or A_i, [1].</param>
/// <param name="Shaping">Advantages of the tokens of no rank, [T]; <see langword="null"/> where length isn't shaped.</param>
internal sealed record TaughtList(SampledList List, double[] Advantages, double[]? Shaping)
{
    /// <summary>Makes the list of what the sampler wrote.</summary>
    public static TaughtList Of(SampledList list, double[] advantages, int listLength, RankGrpoOptions options)
    {
        if (list.IsTruncated && !options.IncludeTruncated)
            return new TaughtList(list with { Ranks = new int[list.Ranks.Length], Decisions = [] }, advantages, options.LengthShaping is null ? null : new double[list.Tokens.Length]);
        return new TaughtList(list, advantages, options.LengthShaping?.Of(list, listLength));
    }

    /// <summary>Whether some token that was chosen among several has an advantage.</summary>
    public bool IsTaught => List.Decisions.Any(decision => Teaches(decision.Position));

    /// <summary>Whether the token has an advantage; the gradient of others is 0 where there is no β.</summary>
    public bool Teaches(int token) => (List.Ranks[token] is > 0 and var rank && Advantages[Math.Min(rank, Advantages.Length) - 1] != 0) || Shaping?[token] is < 0 or > 0;

    /// <summary>Puts a value of each list's tokens into one tensor, 0 after a list's end; [B, T], float32.</summary>
    public static Tensor Padded(IReadOnlyList<TaughtList> lists, Tensor like, Func<TaughtList, int, double> value)
    {
        var width = (int)like.shape[1];
        var padded = new float[lists.Count * width];
        for (var list = 0; list < lists.Count; list++)
        {
            for (var t = 0; t < lists[list].List.Tokens.Length; t++)
                padded[list * width + t] = (float)value(lists[list], t);
        }

        return tensor(padded, lists.Count, width, device: like.device);
    }
}
