namespace MLNet.ConvRec.Demonstrations;

/// <summary>Turns a dialogue's scores into what the fit learns from.</summary>
internal static class Choices
{
    // Beyond these an item's score is small beside its bias, and 96,000 dialogues must fit into memory.
    private const int MostScoredItems = 512;

    /// <summary>Makes a choice of several features per item.</summary>
    /// <param name="features">Per feature the value of every item.</param>
    /// <param name="touched">The items that may have a value other than 0.</param>
    /// <param name="truth">The chosen items.</param>
    /// <param name="impossible">The items that could not be chosen.</param>
    /// <returns>The choice, or <see langword="null"/> where nothing that could be chosen was.</returns>
    public static Choice? Of(double[][] features, IEnumerable<int> touched, IReadOnlyList<int> truth, IReadOnlySet<int> impossible)
    {
        int[] chosen = [.. truth.Where(item => !impossible.Contains(item))];
        if (chosen.Length == 0)
            return null;
        int[] others = [.. touched.Where(item => !impossible.Contains(item)).Except(chosen)];
        if (others.Length > MostScoredItems)
            others = [.. others.OrderByDescending(item => features.Sum(feature => feature[item])).ThenBy(item => item).Take(MostScoredItems)];
        int[] items = [.. chosen, .. others.Order()];
        var values = new float[items.Length * features.Length];
        for (var i = 0; i < items.Length; i++)
        {
            for (var f = 0; f < features.Length; f++)
                values[(i * features.Length) + f] = (float)features[f][items[i]];
        }

        return new Choice(items, values, [.. Enumerable.Range(0, chosen.Length)], [.. impossible.Order()]);
    }
}
