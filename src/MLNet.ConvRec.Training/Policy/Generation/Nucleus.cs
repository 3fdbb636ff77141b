namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Top-p: the fewest most likely candidates that together reach a probability (Holtzman et al. 2020).</summary>
internal static class Nucleus
{
    /// <summary>Finds the nucleus.</summary>
    /// <param name="weights">Unnormalised probabilities; of equal ones the first come first.</param>
    /// <param name="probability">What the nucleus reaches at least, in (0, 1).</param>
    /// <returns>The places of its candidates, ascending, at least one; <see langword="null"/> if it holds all that weigh anything.</returns>
    public static int[]? Of(ReadOnlySpan<float> weights, double probability)
    {
        var total = 0.0;
        foreach (var weight in weights)
            total += weight;

        // All that weigh less than an equal share of what stays outside are outside: they needn't be sorted.
        var least = (1 - probability) * total / weights.Length;
        var positive = 0;
        var candidates = new List<(float Negated, int Place)>();
        for (var place = 0; place < weights.Length; place++)
        {
            positive += weights[place] > 0 ? 1 : 0;
            if (weights[place] > 0 && weights[place] >= least)
                candidates.Add((-weights[place], place));
        }

        candidates.Sort();
        var (count, reached) = (0, 0.0);
        while (count < candidates.Count && reached < probability * total)
            reached -= candidates[count++].Negated;
        if (count == positive)
            return null;
        int[] kept = [.. candidates.Take(count).Select(candidate => candidate.Place)];
        Array.Sort(kept);
        return kept;
    }
}
