using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Writes a list of the catalog's items: every line is a title of the catalog, none repeats, none is excluded.</summary>
internal sealed class CatalogListWriter : IListWriter
{
    private readonly TokenTrie _trie;
    private readonly int _length;
    private readonly Sampling _sampling;
    private readonly (ulong Dialogue, ulong List) _key;
    private readonly TakenItems _taken;
    private readonly List<int> _tokens = [], _ranks = [], _items = [];
    private readonly List<float> _logProbabilities = [], _scores = [];
    private readonly List<Decision> _decisions = [];
    private float _score;

    /// <summary>Begins a list.</summary>
    /// <param name="trie">The catalog's lines.</param>
    /// <param name="excluded">Item indices that may not be listed.</param>
    /// <param name="length">N.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="key">Identifies the list among all draws of the seed.</param>
    public CatalogListWriter(TokenTrie trie, IEnumerable<int> excluded, int length, Sampling sampling, (ulong Dialogue, ulong List) key)
    {
        (_trie, _length, _sampling, _key) = (trie, length, sampling, key);
        _taken = new TakenItems(trie, excluded);
        IsFinished = length == 0 || trie.ItemCount == 0;
        FollowForced();
    }

    public bool IsFinished { get; private set; }

    public IReadOnlyList<int> Tokens => _tokens;

    public int Node { get; private set; }

    public void Choose(Span<float> logits)
    {
        var (start, end) = (_trie.ChildOffset[Node], _trie.ChildOffset[Node + 1]);
        int[] closed = [.. _taken.Closed(start, end)];
        foreach (var edge in closed)
            logits[edge - start] = float.NegativeInfinity;
        var (index, logProbability, kept) = _sampling.Choose(logits, _key, _tokens.Count);
        _decisions.Add(new Decision(_tokens.Count, Node)
        {
            Blocked = Array.ConvertAll(closed, edge => _trie.FirstToken[edge]),
            Kept = kept is null ? null : Array.ConvertAll(kept, child => _trie.FirstToken[start + child]),
        });
        Follow(start + index, logProbability);
        FollowForced();
    }

    public SampledList ToList() => new()
    {
        Tokens = [.. _tokens],
        Ranks = [.. _ranks],
        LogProbabilities = [.. _logProbabilities],
        Decisions = _decisions,
        Items = [.. _items],
        Scores = [.. _scores],
    };

    // As long as one child alone is open there is nothing to ask; where none is, everything is listed.
    private void FollowForced()
    {
        while (!IsFinished)
        {
            var (start, end) = (_trie.ChildOffset[Node], _trie.ChildOffset[Node + 1]);
            var open = end - start - _taken.CountClosed(start, end);
            if (open > 1)
                return;
            if (open == 1)
                Follow(OnlyOpen(start, end), 0);
            else
                IsFinished = true;
        }
    }

    private int OnlyOpen(int start, int end)
    {
        // A set: where candidates were given, nearly everything is closed.
        var closed = _taken.Closed(start, end).ToHashSet();
        for (var edge = start; edge < end; edge++)
        {
            if (!closed.Contains(edge))
                return edge;
        }

        throw new InvalidOperationException("No child is open, though one was counted.");
    }

    private void Follow(int edge, float logProbability)
    {
        var tokens = _trie.Tokens(edge);
        for (var t = 0; t < tokens.Length; t++)
        {
            _tokens.Add(tokens[t]);
            _ranks.Add(_items.Count + 1);
            _logProbabilities.Add(t == 0 ? logProbability : 0);
        }

        _score += logProbability;
        Node = edge + 1;
        if (!_trie.IsLeaf(Node))
            return;
        _items.Add(_trie.RankToItem[_trie.Low[Node]]);
        _taken.Take(_trie.Low[Node]);
        _scores.Add(_score);
        (Node, _score) = (0, 0);
        IsFinished = _items.Count == _length;
    }
}
