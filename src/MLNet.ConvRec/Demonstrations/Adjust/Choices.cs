using MLNet.ConvRec.Demonstrations.Counts;

namespace MLNet.ConvRec.Demonstrations.Adjust;

/// <summary>Turns a dialogue's scores into what the fit learns from.</summary>
internal static class Choices
{
    // Beyond these an item's score is small beside its bias, and 96,000 dialogues must fit into memory.
    private const int MostScoredItems = 300;

    /// <summary>Makes a choice of several features per item.</summary>
    /// <param name="features">Per feature the value of every item.</param>
    /// <param name="truth">The chosen items.</param>
    /// <param name="impossible">The items that could not be chosen.</param>
    /// <returns>The choice, or <see langword="null"/> where nothing that could be chosen was.</returns>
    public static Choice? Of(double[][] features, IReadOnlyList<int> truth, IReadOnlySet<int> impossible)
    {
        int[] chosen = [.. truth.Where(item => !impossible.Contains(item))];
        if (chosen.Length == 0)
            return null;
        int[] items = [.. chosen, .. Scored(features, [.. impossible, .. chosen]).Order()];
        var values = new float[items.Length * features.Length];
        for (var i = 0; i < items.Length; i++)
        {
            for (var f = 0; f < features.Length; f++)
                values[(i * features.Length) + f] = (float)features[f][items[i]];
        }

        return new Choice(items, values, [.. Enumerable.Range(0, chosen.Length)], [.. impossible.Order()]);
    }

    // The items with the highest values, all features together.
    private static int[] Scored(double[][] features, HashSet<int> without)
    {
        var sums = new double[features[0].Length];
        foreach (var feature in features)
        {
            for (var item = 0; item < sums.Length; item++)
                sums[item] += feature[item];
        }

        foreach (var item in without)
            sums[item] = 0;
        return SparseScores.FromDense(sums, 0).Nearest(MostScoredItems).Items;
    }
}
