using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Demonstrations.Counts;

/// <summary>One thing counted: how much <paramref name="Row"/> is tied to item <paramref name="Item"/>.</summary>
internal readonly record struct CountEntry(int Row, int Item, double Weight);

/// <summary>Sparse counts by row and item, in compressed rows.</summary>
/// <remarks>Immutable; safe for use from several threads.</remarks>
internal sealed class CountTable
{
    private readonly int[] _offset;
    private readonly int[] _items;
    private readonly double[] _counts;
    private readonly double[] _totals;

    private CountTable(int[] offset, int[] items, double[] counts, double[] totals)
    {
        _offset = offset;
        _items = items;
        _counts = counts;
        _totals = totals;
    }

    /// <summary>Adds up entries.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="entries">The entries in any order; several of one row and item are summed.</param>
    public static CountTable Build(int rows, IEnumerable<CountEntry> entries)
    {
        List<long> keys = [];
        List<double> weights = [];
        foreach (var entry in entries)
        {
            keys.Add(((long)entry.Row << 32) | (uint)entry.Item);
            weights.Add(entry.Weight);
        }

        var sortedKeys = CollectionsMarshal.AsSpan(keys);
        var sortedWeights = CollectionsMarshal.AsSpan(weights);
        sortedKeys.Sort(sortedWeights);
        return Compress(rows, sortedKeys, sortedWeights);
    }

    /// <summary>The sum of a row.</summary>
    public double Total(int row) => _totals[row];

    /// <summary>The items of a row, ascending.</summary>
    public ReadOnlySpan<int> Items(int row) => _items.AsSpan(_offset[row], _offset[row + 1] - _offset[row]);

    /// <summary>The counts of a row's items.</summary>
    public ReadOnlySpan<double> Counts(int row) => _counts.AsSpan(_offset[row], _offset[row + 1] - _offset[row]);

    private static CountTable Compress(int rows, ReadOnlySpan<long> keys, ReadOnlySpan<double> weights)
    {
        var offset = new int[rows + 1];
        List<int> items = [];
        List<double> counts = [];
        var totals = new double[rows];
        for (var i = 0; i < keys.Length; i++)
        {
            var row = (int)(keys[i] >> 32);
            totals[row] += weights[i];
            if (i > 0 && keys[i] == keys[i - 1])
            {
                counts[^1] += weights[i];
                continue;
            }

            items.Add((int)keys[i]);
            counts.Add(weights[i]);
            offset[row + 1]++;
        }

        for (var row = 0; row < rows; row++)
            offset[row + 1] += offset[row];
        return new CountTable(offset, [.. items], [.. counts], totals);
    }
}
