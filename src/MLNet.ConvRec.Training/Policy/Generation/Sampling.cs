using System.Numerics.Tensors;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>How tokens are drawn.</summary>
/// <param name="Temperature">Logits are divided by it; 0: the most likely token (its log-probability is then told at temperature 1).</param>
/// <param name="Seed">Seed of the draws; together with the list's key and the position it determines each of them.</param>
internal sealed record Sampling(double Temperature, ulong Seed)
{
    /// <summary>The most likely token each time.</summary>
    public static Sampling Greedy { get; } = new(0, 0);

    /// <summary>Chooses among candidates.</summary>
    /// <param name="logits">Their logits; overwritten. −∞ is never chosen.</param>
    /// <param name="key">Identifies the list.</param>
    /// <param name="position">Identifies the token within the list.</param>
    /// <returns>The chosen place and its log-probability after temperature, renormalised over the candidates.</returns>
    public (int Index, float LogProbability) Choose(Span<float> logits, (ulong Dialogue, ulong List) key, int position)
    {
        if (Temperature > 0 && Temperature != 1)
            TensorPrimitives.Divide(logits, (float)Temperature, logits);
        var best = TensorPrimitives.IndexOfMax(logits);
        var maximum = logits[best];
        TensorPrimitives.Subtract(logits, maximum, logits);
        var bestShifted = logits[best];
        TensorPrimitives.Exp(logits, logits);
        var total = TensorPrimitives.Sum(logits);
        if (Temperature == 0)
            return (best, bestShifted - MathF.Log(total));
        var chosen = Inverse(logits, CounterRandom.Uniform(Seed, key.Dialogue, key.List, (ulong)position) * total, best);
        return (chosen, MathF.Log(logits[chosen] / total));
    }

    // Inverse of the cumulative distribution; rounding at its end falls back on the most likely.
    private static int Inverse(ReadOnlySpan<float> weights, double target, int fallback)
    {
        var cumulative = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            cumulative += weights[i];
            if (target < cumulative)
                return i;
        }

        return fallback;
    }
}
