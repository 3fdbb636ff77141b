using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>What one conversation added to counts, to be taken out of them.</summary>
internal sealed class OwnCounts
{
    private readonly Dictionary<(int Row, int Item), double> _counts = [];
    private readonly Dictionary<int, double> _totals = [];

    /// <summary>Nothing.</summary>
    public static OwnCounts None { get; } = new();

    public static OwnCounts Of(IEnumerable<CountEntry> entries)
    {
        var own = new OwnCounts();
        foreach (var (row, item, weight) in entries)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(own._counts, (row, item), out _) += weight;
            CollectionsMarshal.GetValueRefOrAddDefault(own._totals, row, out _) += weight;
        }

        return own;
    }

    public bool Touches(int row) => _totals.ContainsKey(row);

    public double Total(int row) => _totals.GetValueOrDefault(row);

    public double Count(int row, int item) => _counts.GetValueOrDefault((row, item));
}
