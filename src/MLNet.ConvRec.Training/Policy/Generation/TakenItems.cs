using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>The items that a list may not hold (any more), as the edges of the trie that they close.</summary>
/// <remarks>An edge is closed when everything below it is taken. Usually a few dozen items, so that nothing is spent on a node's thousands of open children.</remarks>
internal sealed class TakenItems
{
    private readonly TokenTrie _trie;
    private readonly List<int> _closed = [];
    private readonly Dictionary<int, int> _takenBelow = []; // of edges that are still open

    /// <summary>Takes what is excluded from the start.</summary>
    /// <param name="trie">The catalog's lines.</param>
    /// <param name="excluded">Item indices; one that is given twice counts once.</param>
    public TakenItems(TokenTrie trie, IEnumerable<int> excluded)
    {
        _trie = trie;
        foreach (var item in excluded.Distinct())
            Take(trie.ItemToRank[item]);
    }

    /// <summary>Takes an item that was free.</summary>
    /// <param name="rank">Its depth-first rank in the trie.</param>
    public void Take(int rank)
    {
        for (var node = 0; !_trie.IsLeaf(node);)
        {
            var edge = _trie.EdgeTowards(rank, node);
            var taken = _takenBelow.GetValueOrDefault(edge) + 1;
            node = edge + 1;
            if (taken == _trie.High[node] - _trie.Low[node])
            {
                _closed.Add(edge);
                return;
            }

            _takenBelow[edge] = taken;
        }
    }

    /// <summary>Counts the closed ones among the edges [start, end).</summary>
    public int CountClosed(int start, int end)
    {
        var count = 0;
        foreach (var edge in _closed)
            count += edge >= start && edge < end ? 1 : 0;
        return count;
    }

    /// <summary>Returns the closed ones among the edges [start, end).</summary>
    public IEnumerable<int> Closed(int start, int end) => _closed.Where(edge => edge >= start && edge < end);

    /// <summary>Tells whether an edge is closed.</summary>
    public bool IsClosed(int edge) => _closed.Contains(edge);
}
