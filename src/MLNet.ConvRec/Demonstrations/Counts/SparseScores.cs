namespace MLNet.ConvRec.Demonstrations.Counts;

/// <summary>Scores of a few items; every other item's is 0.</summary>
/// <param name="Items">Item indices. One may stand several times; its values add up.</param>
/// <param name="Values">The score of each.</param>
internal readonly record struct SparseScores(int[] Items, double[] Values)
{
    public static SparseScores Empty { get; } = new([], []);

    public int Count => Items.Length;

    /// <summary>Keeps the scores of a dense vector that exceed a threshold, in item order.</summary>
    public static SparseScores FromDense(double[] dense, double threshold)
    {
        var count = dense.Count(value => value > threshold);
        var (items, values) = (new int[count], new double[count]);
        for (int item = 0, i = 0; i < count; item++)
        {
            if (dense[item] <= threshold)
                continue;
            items[i] = item;
            values[i++] = dense[item];
        }

        return new SparseScores(items, values);
    }

    /// <summary>Adds up weighted scores.</summary>
    public static SparseScores Blend(params ReadOnlySpan<(SparseScores Scores, double Weight)> parts)
    {
        var count = 0;
        foreach (var (scores, weight) in parts)
            count += weight == 0 ? 0 : scores.Count;
        var (items, values) = (new int[count], new double[count]);
        var end = 0;
        foreach (var (scores, weight) in parts)
        {
            for (var i = 0; weight != 0 && i < scores.Count; i++, end++)
                (items[end], values[end]) = (scores.Items[i], weight * scores.Values[i]);
        }

        return new SparseScores(items, values);
    }

    /// <summary>Adds <paramref name="factor"/> times these scores to a dense vector.</summary>
    public void AddTo(double[] dense, double factor)
    {
        for (var i = 0; i < Items.Length; i++)
            dense[Items[i]] += factor * Values[i];
    }

    /// <summary>Keeps the <paramref name="count"/> highest scores, the lower index first among equals.</summary>
    public SparseScores Nearest(int count)
    {
        if (Items.Length <= count)
            return this;
        var keys = new (double, int)[Items.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (-Values[i], Items[i]);
        Array.Sort(keys);
        var best = keys[..count];
        return new SparseScores(Array.ConvertAll(best, key => key.Item2), Array.ConvertAll(best, key => -key.Item1));
    }
}
