namespace MLNet.ConvRec.Demonstrations.Counts;

/// <summary>What one conversation added to counts, to be taken out of them.</summary>
internal sealed class OwnCounts
{
    private static readonly Dictionary<int, CountEntry[]> Nothing = [];

    private readonly Dictionary<int, CountEntry[]> _rows;

    private OwnCounts(Dictionary<int, CountEntry[]> rows) => _rows = rows;

    /// <summary>Collects what was added; several entries of one row and item stay apart.</summary>
    public static OwnCounts Of(IEnumerable<CountEntry> entries)
    {
        var rows = entries.GroupBy(entry => entry.Row).ToDictionary(row => row.Key, row => row.ToArray());
        return new OwnCounts(rows.Count == 0 ? Nothing : rows);
    }

    /// <summary>What was added to a row.</summary>
    public ReadOnlySpan<CountEntry> Row(int row) => _rows.TryGetValue(row, out var entries) ? entries : [];
}
