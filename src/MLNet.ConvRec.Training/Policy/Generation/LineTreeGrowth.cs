using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.LogProbabilities;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Grows the tree of a dialogue's likely lines.</summary>
/// <param name="trie">The catalog's lines.</param>
/// <param name="excluded">Catalog indices of the items that the list may not hold.</param>
internal sealed class LineTreeGrowth(TokenTrie trie, IEnumerable<int> excluded)
{
    private readonly TakenItems _taken = new(trie, excluded);
    private readonly List<int> _tokens = [], _parents = [];
    private readonly Dictionary<(int After, int Token), int> _places = [];
    private readonly List<LineChoice> _choices = [];
    private int _written = -1, _needed; // the last token of what is written; how many tokens something is decided after

    /// <summary>How many lines share the tree's mass, each as much. The default is 1.</summary>
    public int Lines { get; init; } = 1;

    /// <summary>The tree so far; <see langword="null"/> where the catalog leaves nothing to decide.</summary>
    public LineTree? Tree => _choices.Count == 0 ? null : new LineTree { Tokens = [.. _tokens.Take(_needed)], Parents = [.. _parents.Take(_needed)], Choices = [.. _choices] };

    /// <summary>Adds the line that follows what is written.</summary>
    /// <param name="targets">How likely the line should be each item, none of them excluded or written; adds up to 1.</param>
    public void AddLine(IEnumerable<(int Item, double Share)> targets)
    {
        // A share that no float holds would be a mass of 0.
        (int Rank, double Share)[] likely =
            [.. targets.Select(target => (Rank: trie.ItemToRank[target.Item], Share: target.Share / Lines)).Where(target => (float)target.Share > 0).OrderBy(target => target.Rank)];
        Grow(node: 0, _written, way: [], likely);
    }

    /// <summary>Writes an item's line, so that it may not be listed again.</summary>
    public void Write(int item)
    {
        foreach (var edge in trie.WayTo(item))
            _written = Append(_written, trie.Tokens(edge));
        _taken.Take(trie.ItemToRank[item]);
    }

    // `way`: the tokens since `after` that lead to the node. They are run only if something is decided behind them.
    private void Grow(int node, int after, int[] way, (int Rank, double Share)[] below)
    {
        if (trie.IsLeaf(node))
            return;
        var (start, end) = (trie.ChildOffset[node], trie.ChildOffset[node + 1]);
        (int Edge, (int Rank, double Share)[] Below)[] children =
            [.. below.GroupBy(target => trie.EdgeTowards(target.Rank, node)).Select(child => (child.Key, child.ToArray()))];
        int[] closed = [.. _taken.Closed(start, end)];
        if (end - start - closed.Length > 1)
        {
            (after, way) = (Append(after, way), []);
            _needed = Math.Max(_needed, after + 1);
            _choices.Add(Choice(after, new ArraySegment<int>(trie.FirstToken, start, end - start), closed, children));
        }

        foreach (var (edge, ofChild) in children)
            Grow(edge + 1, after, [.. way, .. trie.Tokens(edge)], ofChild);
    }

    private LineChoice Choice(int after, ArraySegment<int> allowed, int[] closed, (int Edge, (int Rank, double Share)[] Below)[] children)
    {
        var masses = Array.ConvertAll(children, child => child.Below.Sum(target => target.Share));
        var mass = masses.Sum();
        return new LineChoice(
            after,
            allowed,
            Array.ConvertAll(closed, edge => trie.FirstToken[edge]),
            [.. children.Select((child, i) => new TokenShare(trie.FirstToken[child.Edge], (float)(masses[i] / mass)))],
            (float)mass);
    }

    // A token that stands there already is the same one: what is written begins as a line that was only likely.
    private int Append(int after, ReadOnlySpan<int> way)
    {
        foreach (var token in way)
        {
            if (!_places.TryGetValue((after, token), out var place))
            {
                _places[(after, token)] = place = _tokens.Count;
                _tokens.Add(token);
                _parents.Add(after);
            }

            after = place;
        }

        return after;
    }
}
