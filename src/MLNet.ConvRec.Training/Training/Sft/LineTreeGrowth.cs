using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.LogProbabilities;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>Grows the tree of a dialogue's likely lines.</summary>
/// <param name="trie">The catalog's lines.</param>
/// <param name="excluded">Catalog indices of the items that the list may not hold.</param>
internal sealed class LineTreeGrowth(TokenTrie trie, IEnumerable<int> excluded)
{
    private readonly TakenItems _taken = new(trie, excluded);
    private readonly List<int> _tokens = [], _parents = [];
    private readonly List<LineChoice> _choices = [];

    /// <summary>The tree so far; <see langword="null"/> where the catalog leaves nothing to decide.</summary>
    public LineTree? Tree => _choices.Count == 0 ? null : new LineTree { Tokens = [.. _tokens], Parents = [.. _parents], Choices = [.. _choices] };

    /// <summary>Adds a line that is written after the prompt.</summary>
    /// <param name="targets">How likely the line should be each item, none of them excluded; adds up to 1.</param>
    public void AddLine(IEnumerable<(int Item, double Share)> targets) =>
        Grow(node: 0, after: -1, way: [], [.. targets.Select(target => (trie.ItemToRank[target.Item], target.Share)).OrderBy(target => target.Item1)]);

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

    private int Append(int after, int[] way)
    {
        foreach (var token in way)
        {
            _tokens.Add(token);
            _parents.Add(after);
            after = _tokens.Count - 1;
        }

        return after;
    }
}
