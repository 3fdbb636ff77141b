namespace MLNet.ConvRec.Demonstrations;

/// <summary>Scores of a few items; every other item's is 0.</summary>
/// <param name="Items">Item indices, each at most once.</param>
/// <param name="Values">The score of each.</param>
internal readonly record struct SparseScores(int[] Items, double[] Values)
{
    public static SparseScores Empty { get; } = new([], []);

    public int Count => Items.Length;

    /// <summary>Keeps the non-zero scores of a dense vector, in the order of <paramref name="touched"/>.</summary>
    public static SparseScores FromDense(double[] dense, IEnumerable<int> touched)
    {
        int[] items = [.. touched.Where(item => dense[item] != 0)];
        return new SparseScores(items, Array.ConvertAll(items, item => dense[item]));
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
        var (items, values) = ((int[])Items.Clone(), Array.ConvertAll(Values, value => -value));
        Array.Sort(values, items);
        var end = count;
        while (end < items.Length && values[end] == values[count - 1])
            end++;
        var (lookup, negated) = (items, values);
        int[] best = [.. Enumerable.Range(0, end).OrderBy(i => negated[i]).ThenBy(i => lookup[i]).Take(count)];
        return new SparseScores(Array.ConvertAll(best, i => lookup[i]), Array.ConvertAll(best, i => -negated[i]));
    }
}
