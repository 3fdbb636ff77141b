using System.Numerics.Tensors;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>How tokens are drawn.</summary>
/// <param name="Temperature">Logits are divided by it; 0: the most likely token (its log-probability is then told at temperature 1).</param>
/// <param name="Seed">Seed of the draws; together with the list's key and the position it determines each of them.</param>
internal sealed record Sampling(double Temperature, ulong Seed)
{
    // Weights are summed by blocks, so that a draw looks at the block sums and one block.
    private const int BlockLength = 64;

    /// <summary>The most likely token each time.</summary>
    public static Sampling Greedy { get; } = new(0, 0);

    /// <summary>Only the most likely candidates that together reach this probability are drawn from (nucleus sampling); 1: all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Chooses among candidates.</summary>
    /// <param name="logits">Their logits; overwritten. −∞ is never chosen.</param>
    /// <param name="key">Identifies the list.</param>
    /// <param name="position">Identifies the token within the list.</param>
    /// <returns>
    /// The chosen place; its log-probability after temperature and top-p, renormalised over the candidates that were kept; and which those were, where
    /// top-p left some out.
    /// </returns>
    public (int Index, float LogProbability, int[]? Kept) Choose(Span<float> logits, (ulong Dialogue, ulong List) key, int position)
    {
        var best = TensorPrimitives.IndexOfMax<float>(logits);
        TensorPrimitives.Subtract(logits, logits[best], logits);
        if (Temperature > 0 && Temperature != 1)
            TensorPrimitives.Multiply(logits, (float)(1 / Temperature), logits);
        TensorPrimitives.Exp(logits, logits);
        if (Temperature == 0)
            return (best, -MathF.Log(TensorPrimitives.Sum<float>(logits)), null);
        var uniform = CounterRandom.Uniform(Seed, key.Dialogue, key.List, (ulong)position);
        if (TopP < 1 && Nucleus.Of(logits, TopP) is { } kept)
        {
            Span<float> weights = new float[kept.Length];
            for (var i = 0; i < kept.Length; i++)
                weights[i] = logits[kept[i]];
            var (place, value) = Draw(weights, uniform);
            return (kept[place], value, kept);
        }

        var (index, logProbability) = Draw(logits, uniform);
        return (index, logProbability, null);
    }

    // Inverse of the cumulative distribution. Rounding at its very end falls back on the last weight that isn't 0.
    private static (int Index, float LogProbability) Draw(ReadOnlySpan<float> weights, double uniform)
    {
        var blockCount = (weights.Length + BlockLength - 1) / BlockLength;
        Span<float> blocks = blockCount <= 512 ? stackalloc float[blockCount] : new float[blockCount];
        var total = 0.0;
        for (var block = 0; block < blockCount; block++)
            total += blocks[block] = TensorPrimitives.Sum(Block(weights, block));
        var target = uniform * total;
        for (var block = 0; block < blockCount; block++)
        {
            if (target >= blocks[block] && block + 1 < blockCount)
            {
                target -= blocks[block];
                continue;
            }

            var index = block * BlockLength + Within(Block(weights, block), target);
            while (weights[index] == 0)
                index--;
            return (index, (float)Math.Log(weights[index] / total));
        }

        throw new InvalidOperationException("There was no candidate to draw from.");
    }

    private static ReadOnlySpan<float> Block(ReadOnlySpan<float> weights, int block) =>
        weights.Slice(block * BlockLength, Math.Min(BlockLength, weights.Length - (block * BlockLength)));

    private static int Within(ReadOnlySpan<float> weights, double target)
    {
        var cumulative = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            cumulative += weights[i];
            if (target < cumulative)
                return i;
        }

        return weights.Length - 1;
    }
}
