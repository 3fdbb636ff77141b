using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Writes a list of the catalog's items: every line is a title of the catalog, none repeats, none is excluded.</summary>
/// <param name="trie">The catalog's lines.</param>
/// <param name="excluded">Item indices that may not be listed; distinct.</param>
/// <param name="length">N.</param>
/// <param name="sampling">How to draw.</param>
/// <param name="key">Identifies the list among all draws of the seed.</param>
internal sealed class CatalogListWriter(TokenTrie trie, IEnumerable<int> excluded, int length, Sampling sampling, (ulong Dialogue, ulong List) key) : IListWriter
{
    private readonly List<int> _tokens = [], _ranks = [], _items = [];
    private readonly List<float> _logProbabilities = [], _scores = [];
    private readonly List<Decision> _decisions = [];
    private readonly List<int> _taken = [.. excluded.Select(item => trie.ItemToRank[item])];
    private readonly List<(int Edge, int Count)> _takenBelow = [];
    private float[] _candidates = new float[64];
    private int _node;
    private float _score;

    public bool IsFinished { get; private set; } = length == 0 || trie.ItemCount == 0;

    public IReadOnlyList<int> Tokens => _tokens;

    public void Choose(ReadOnlySpan<float> logits)
    {
        do
        {
            Step(logits);
        }
        while (!IsFinished && IsForced());
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

    // One edge down. At a forced edge the logits are not looked at.
    private void Step(ReadOnlySpan<float> logits)
    {
        var (start, end) = (trie.ChildOffset[_node], trie.ChildOffset[_node + 1]);
        CountTaken(start, end);
        var open = end - start - _takenBelow.Count(IsUsedUp);
        if (open == 0)
        {
            IsFinished = true;
            return;
        }

        var (edge, logProbability) = open == 1 ? (OnlyOpen(start, end), 0f) : ChooseEdge(logits, start, end);
        if (open > 1)
            _decisions.Add(new Decision(_tokens.Count, _node, [.. _takenBelow.Where(IsUsedUp).Select(taken => trie.FirstToken[taken.Edge])]));
        Follow(edge, logProbability);
    }

    private bool IsForced()
    {
        var (start, end) = (trie.ChildOffset[_node], trie.ChildOffset[_node + 1]);
        CountTaken(start, end);
        return end - start - _takenBelow.Count(IsUsedUp) <= 1;
    }

    private bool IsUsedUp((int Edge, int Count) taken) => taken.Count == trie.High[taken.Edge + 1] - trie.Low[taken.Edge + 1];

    // How many taken items stand below each child that has any; a few dozen at most, so nothing is spent on the thousands of others.
    private void CountTaken(int start, int end)
    {
        _takenBelow.Clear();
        foreach (var rank in _taken)
        {
            if (rank < trie.Low[_node] || rank >= trie.High[_node])
                continue;
            var edge = ChildAbove(rank, start, end);
            var known = _takenBelow.FindIndex(taken => taken.Edge == edge);
            if (known < 0)
                _takenBelow.Add((edge, 1));
            else
                _takenBelow[known] = (edge, _takenBelow[known].Count + 1);
        }
    }

    // Children cover ascending ranges of ranks: the last one that begins at or before the rank.
    private int ChildAbove(int rank, int start, int end)
    {
        var found = trie.Low.AsSpan(start + 1, end - start).BinarySearch(rank);
        return start + (found >= 0 ? found : ~found - 1);
    }

    private int OnlyOpen(int start, int end)
    {
        for (var edge = start; edge < end; edge++)
        {
            if (!_takenBelow.Exists(taken => taken.Edge == edge && IsUsedUp(taken)))
                return edge;
        }

        throw new InvalidOperationException("No child is open, though one was counted.");
    }

    private (int Edge, float LogProbability) ChooseEdge(ReadOnlySpan<float> logits, int start, int end)
    {
        if (_candidates.Length < end - start)
            _candidates = new float[end - start];
        var candidates = _candidates.AsSpan(0, end - start);
        for (var child = 0; child < candidates.Length; child++)
            candidates[child] = logits[trie.FirstToken[start + child]];
        foreach (var taken in _takenBelow)
        {
            if (IsUsedUp(taken))
                candidates[taken.Edge - start] = float.NegativeInfinity;
        }

        var (index, logProbability) = sampling.Choose(candidates, key, _tokens.Count);
        return (start + index, logProbability);
    }

    private void Follow(int edge, float logProbability)
    {
        var tokens = trie.Tokens(edge);
        for (var t = 0; t < tokens.Length; t++)
        {
            _tokens.Add(tokens[t]);
            _ranks.Add(_items.Count + 1);
            _logProbabilities.Add(t == 0 ? logProbability : 0);
        }

        _score += logProbability;
        _node = edge + 1;
        if (!trie.IsLeaf(_node))
            return;
        _items.Add(trie.RankToItem[trie.Low[_node]]);
        _taken.Add(trie.Low[_node]);
        _scores.Add(_score);
        (_node, _score) = (0, 0);
        IsFinished = _items.Count == length;
    }
}
