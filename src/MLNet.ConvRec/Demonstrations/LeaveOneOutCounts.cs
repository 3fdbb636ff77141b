namespace MLNet.ConvRec.Demonstrations;

/// <summary>Counts over train's conversations from which any one conversation can be taken out again.</summary>
/// <remarks>What a conversation itself adds never helps to score it: its own answer would leak (probes.md, D). Safe for use from several threads.</remarks>
internal sealed class LeaveOneOutCounts
{
    private readonly CountTable _table;
    private readonly Func<LinkedDialogue, IEnumerable<CountEntry>> _entries;
    private readonly ILookup<string, LinkedDialogue> _conversations;
    private readonly double _smoothing;
    private readonly SparseScores?[] _nearest;
    private readonly int _neighbours;

    /// <summary>Counts.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="train">Train's dialogues by conversation.</param>
    /// <param name="entries">What one dialogue adds.</param>
    /// <param name="smoothing">α of <see cref="Row"/>.</param>
    /// <param name="neighbours">How many items <see cref="Nearest"/> keeps.</param>
    public LeaveOneOutCounts(
        int rows, ILookup<string, LinkedDialogue> train, Func<LinkedDialogue, IEnumerable<CountEntry>> entries, double smoothing, int neighbours)
    {
        _table = CountTable.Build(rows, train.SelectMany(conversation => conversation).SelectMany(entries));
        _conversations = train;
        _entries = entries;
        _smoothing = smoothing;
        _neighbours = neighbours;
        _nearest = new SparseScores?[rows];
    }

    /// <summary>What a conversation added itself; nothing for one that is not in train.</summary>
    public OwnCounts Own(string conversation) => OwnCounts.Of(_conversations[conversation].SelectMany(_entries));

    /// <summary>Similarity of a row to items without <paramref name="own"/>: count / (row's sum + α).</summary>
    public SparseScores Row(int row, OwnCounts own)
    {
        var items = _table.Items(row);
        var counts = _table.Counts(row);
        var total = _table.Total(row) - own.Total(row) + _smoothing;
        var isOwn = own.Touches(row);
        var (left, values) = (new List<int>(items.Length), new List<double>(items.Length));
        for (var i = 0; i < items.Length; i++)
        {
            var count = isOwn ? counts[i] - own.Count(row, items[i]) : counts[i];
            if (count < 1e-9)
                continue;
            left.Add(items[i]);
            values.Add(count / total);
        }

        return new SparseScores([.. left], [.. values]);
    }

    /// <summary>The nearest items of a row without <paramref name="own"/>.</summary>
    public SparseScores Nearest(int row, OwnCounts own)
    {
        if (own.Touches(row))
            return Row(row, own).Nearest(_neighbours);
        lock (_nearest)
            return _nearest[row] ??= Row(row, own).Nearest(_neighbours);
    }
}
