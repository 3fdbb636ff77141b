namespace MLNet.ConvRec.Training.Sft;

/// <summary>A demonstration's scores as a distribution over its items.</summary>
internal static class ScoreDistribution
{
    /// <summary>Returns q_i = exp(s_i / τ) / Σ_j exp(s_j / τ).</summary>
    /// <param name="scores">s, finite; at least one.</param>
    /// <param name="temperature">τ, above 0.</param>
    public static double[] Of(IReadOnlyList<double> scores, double temperature)
    {
        var highest = scores.Max(); // without it a score of a thousand would overflow
        double[] powers = [.. scores.Select(score => Math.Exp((score - highest) / temperature))];
        var total = powers.Sum();
        return Array.ConvertAll(powers, power => power / total);
    }
}
