namespace MLNet.ConvRec.Demonstrations.Counts;

/// <summary>Counts over train's conversations from which any one conversation can be taken out again.</summary>
/// <remarks>
/// What a conversation itself adds never helps to score it: its own answer would leak (probes.md, D). Safe for use from several threads.
/// </remarks>
internal sealed class LeaveOneOutCounts
{
    private readonly CountTable _table;
    private readonly Func<LinkedDialogue, IEnumerable<CountEntry>> _entries;
    private readonly ILookup<string, LinkedDialogue> _conversations;
    private readonly double _smoothing;
    private readonly int _itemCount;
    private readonly int _neighbours;
    private readonly SparseScores?[] _nearest;

    /// <summary>Counts.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="itemCount">The number of items.</param>
    /// <param name="train">Train's dialogues by conversation.</param>
    /// <param name="entries">What one dialogue adds.</param>
    /// <param name="smoothing">α of <see cref="AddRow"/>.</param>
    /// <param name="neighbours">How many items <see cref="Nearest"/> keeps.</param>
    public LeaveOneOutCounts(
        int rows,
        int itemCount,
        ILookup<string, LinkedDialogue> train,
        Func<LinkedDialogue, IEnumerable<CountEntry>> entries,
        double smoothing,
        int neighbours)
    {
        _table = CountTable.Build(rows, train.SelectMany(conversation => conversation).SelectMany(entries));
        _conversations = train;
        _entries = entries;
        _smoothing = smoothing;
        _itemCount = itemCount;
        _neighbours = neighbours;
        _nearest = new SparseScores?[rows];
    }

    /// <summary>What a conversation added itself; nothing for one that is not in train.</summary>
    public OwnCounts Own(string conversation) => OwnCounts.Of(_conversations[conversation].SelectMany(_entries));

    /// <summary>
    /// Adds a row's similarity to items without <paramref name="own"/>, count / (row's sum + α), times <paramref name="factor"/>.
    /// </summary>
    public void AddRow(int row, OwnCounts own, double[] scores, double factor)
    {
        var items = _table.Items(row);
        var left = own.Row(row);
        var counts = CountsWithout(left, row);
        var total = _table.Total(row) + _smoothing;
        foreach (var entry in left)
            total -= entry.Weight;
        factor /= total;
        for (var i = 0; i < items.Length; i++)
            scores[items[i]] += factor * counts[i];
    }

    /// <summary>Returns the mean similarity of rows to items without <paramref name="own"/>.</summary>
    public SparseScores Mean(IReadOnlyList<int> rows, OwnCounts own)
    {
        if (rows.Count == 0)
            return SparseScores.Empty;
        var scores = new double[_itemCount];
        foreach (var row in rows)
            AddRow(row, own, scores, 1.0 / rows.Count);
        return SparseScores.FromDense(scores, 0);
    }

    /// <summary>Returns the nearest items of a row without <paramref name="own"/>.</summary>
    public SparseScores Nearest(int row, OwnCounts own)
    {
        if (own.Row(row).Length > 0)
            return Mean([row], own).Nearest(_neighbours);
        lock (_nearest)
            return _nearest[row] ??= Mean([row], own).Nearest(_neighbours);
    }

    // Counts are whole or half numbers, so that what is left is exact: nothing of the conversation's own stays behind as rounding.
    private ReadOnlySpan<double> CountsWithout(ReadOnlySpan<CountEntry> own, int row)
    {
        if (own.IsEmpty)
            return _table.Counts(row);
        var counts = _table.Counts(row).ToArray();
        foreach (var entry in own)
            counts[_table.Items(row).BinarySearch(entry.Item)] -= entry.Weight;
        return counts;
    }
}
