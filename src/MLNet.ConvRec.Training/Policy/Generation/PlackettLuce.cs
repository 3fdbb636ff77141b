using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>The probability of each rank of a list that was drawn without replacement, given the ranks before it: p_k / (1 − Σ_{j &lt; k} p_j) (Plackett-Luce).</summary>
internal static class PlackettLuce
{
    // What is left of the distribution before a rank, at least: beyond it a float's digits are used up.
    private const double Least = 1e-6;

    /// <summary>Returns log p_k − log(1 − Σ_{j &lt; k} p_j) for each rank.</summary>
    /// <param name="logProbabilities">log p of the ranks' items before anything is listed, in order.</param>
    public static float[] OfRanks(ReadOnlySpan<float> logProbabilities)
    {
        var (values, listed) = (new float[logProbabilities.Length], 0.0);
        for (var rank = 0; rank < values.Length; rank++)
        {
            values[rank] = (float)(logProbabilities[rank] - Math.Log(Math.Max(1 - listed, Least)));
            listed += Math.Exp(logProbabilities[rank]);
        }

        return values;
    }

    /// <summary>The same with gradients, [lists, N].</summary>
    /// <param name="logProbabilities">log p of the ranks' items before anything is listed, [lists, N]; −∞ after a list's end.</param>
    public static Tensor OfRanks(Tensor logProbabilities)
    {
        var (p, n) = (logProbabilities.exp(), logProbabilities.shape[1]);            // [lists, N]
        var before = ones(n, n, p.dtype, p.device).triu(1);                           // [j, k]: 1 where j < k
        return logProbabilities - (ones_like(p) - p.mm(before)).AtLeast(Least).log(); // log p_k − log(1 − Σ_{j < k} p_j)
    }
}
