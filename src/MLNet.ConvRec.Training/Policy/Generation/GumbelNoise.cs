namespace MLNet.ConvRec.Policy.Generation;

/// <summary>
/// What the ways of a trie draw, so that the N items which drew most are a sample without replacement: item by item as likely, given those before it, as
/// the policy finds it among those that are left.
/// </summary>
/// <remarks>
/// Gumbel-top-k drawn from the root down (Kool, van Hoof and Welling, ICML 2019): what a way draws is the most of what the items below it draw, so that only
/// the ways of the sample are opened. Keyed by the edge: what is drawn doesn't depend on the order in which ways are opened.
/// </remarks>
/// <param name="Temperature">What logits are divided by, above 0.</param>
/// <param name="Seed">Seed of the draws.</param>
/// <param name="Key">Identifies the list among all draws of the seed.</param>
internal sealed record GumbelNoise(double Temperature, ulong Seed, (ulong Dialogue, ulong List) Key)
{
    /// <summary>Draws for the children of a node.</summary>
    /// <param name="scores">The log-probabilities of the children's ways, −∞ for those that are closed.</param>
    /// <param name="firstEdge">The edge to the first child.</param>
    /// <param name="most">What the node itself drew, which the children's most will be; <see langword="null"/> at the root, where nothing was drawn before.</param>
    /// <returns>What each child drew; −∞ for a closed one.</returns>
    public double[] Draw(ReadOnlySpan<float> scores, int firstEdge, double? most)
    {
        var drawn = new double[scores.Length];
        for (var child = 0; child < scores.Length; child++)
        {
            drawn[child] = float.IsNegativeInfinity(scores[child])
                ? double.NegativeInfinity
                : scores[child] - Math.Log(-Math.Log(CounterRandom.Uniform(Seed, Key.Dialogue, Key.List, (ulong)(firstEdge + child))));
        }

        if (most is not { } limit)
            return drawn;
        var greatest = drawn.Max();
        for (var child = 0; child < drawn.Length; child++)
        {
            if (!double.IsNegativeInfinity(drawn[child]))
                drawn[child] = Below(limit, drawn[child], greatest);
        }

        return drawn;
    }

    // −log(exp(−limit) − exp(−greatest) + exp(−drawn)), in the form that keeps its digits (there, appendix B.3): the greatest becomes the limit.
    private static double Below(double limit, double drawn, double greatest)
    {
        if (drawn == greatest)
            return limit;
        var v = limit - drawn + Math.Log(-Math.Exp(drawn - greatest) + 1);
        return limit - Math.Max(0, v) - Math.Log(1 + Math.Exp(-Math.Abs(v)));
    }
}
