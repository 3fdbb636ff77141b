namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>
/// The state of learning merges: pieces as token ids, and for each pair of neighbours its count and the pieces that hold it.
/// </summary>
internal sealed class BytePairLearning
{
    private readonly int[][] _pieces;
    private readonly long[] _pieceCounts;
    private readonly List<byte[]> _tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
    private readonly Dictionary<string, int> _idOfToken;
    private readonly List<(int Left, int Right)> _merges = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _holders = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, int Left, int Right)> _queue;

    public BytePairLearning(IReadOnlyList<(byte[] Piece, long Count)> pieces)
    {
        _pieces = [.. pieces.Select(piece => Array.ConvertAll(piece.Piece, value => (int)value))];
        _pieceCounts = [.. pieces.Select(piece => piece.Count)];
        _idOfToken = _tokens.Index()
            .ToDictionary(entry => ByteAlphabet.Write(entry.Item), entry => entry.Index, StringComparer.Ordinal);
        _queue = new(Comparer<(long Count, int Left, int Right)>.Create(Compare));
        for (var piece = 0; piece < _pieces.Length; piece++)
            Count(piece, _pieceCounts[piece], []);
        foreach (var pair in _counts.Keys)
            Enqueue(pair);
    }

    /// <summary>The bytes of each token by id; the 256 bytes first.</summary>
    public IReadOnlyList<byte[]> Tokens => _tokens;

    /// <summary>The pairs of tokens in the order in which they are merged.</summary>
    public IReadOnlyList<(int Left, int Right)> Merges => _merges;

    /// <summary>Merges the most frequent pair until there are enough tokens or no pair is frequent enough.</summary>
    public void Run(int tokenCount, long minimumFrequency)
    {
        while (_tokens.Count < tokenCount && _queue.TryDequeue(out var pair, out var priority))
        {
            // Every change of a count queues the pair anew, so that an entry with another count is an old one.
            if (_counts.GetValueOrDefault(pair) != priority.Count)
                continue;
            if (priority.Count < minimumFrequency)
                break;
            Merge(pair);
        }
    }

    private void Merge((int Left, int Right) pair)
    {
        var merged = IdOf([.. _tokens[pair.Left], .. _tokens[pair.Right]]);
        _merges.Add(pair);
        var changed = new HashSet<(int, int)>();
        foreach (var piece in _holders[pair].ToArray())
        {
            Count(piece, -_pieceCounts[piece], changed);
            _pieces[piece] = Merged(_pieces[piece], pair, merged);
            Count(piece, _pieceCounts[piece], changed);
        }

        foreach (var neighbours in changed)
            Enqueue(neighbours);
    }

    // Two pairs may spell the same token ("a"+"bc", "ab"+"c"): one id, two merges.
    private int IdOf(byte[] bytes)
    {
        var token = ByteAlphabet.Write(bytes);
        if (_idOfToken.TryGetValue(token, out var id))
            return id;
        _tokens.Add(bytes);
        return _idOfToken[token] = _tokens.Count - 1;
    }

    private static int[] Merged(int[] piece, (int Left, int Right) pair, int merged)
    {
        var shorter = new List<int>(piece.Length);
        for (var i = 0; i < piece.Length; i++)
        {
            var isPair = i + 1 < piece.Length && piece[i] == pair.Left && piece[i + 1] == pair.Right;
            shorter.Add(isPair ? merged : piece[i]);
            i += isPair ? 1 : 0;
        }

        return [.. shorter];
    }

    // Adds a piece's pairs to the counts, or with a negative count takes them away.
    private void Count(int piece, long count, HashSet<(int, int)> changed)
    {
        var tokens = _pieces[piece];
        for (var i = 0; i + 1 < tokens.Length; i++)
        {
            var pair = (tokens[i], tokens[i + 1]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + count;
            if (!_holders.TryGetValue(pair, out var holders))
                _holders[pair] = holders = [];
            if (count > 0)
                holders.Add(piece);
            else
                holders.Remove(piece);
            changed.Add(pair);
        }
    }

    private void Enqueue((int Left, int Right) pair)
    {
        if (_counts[pair] > 0)
            _queue.Enqueue(pair, (_counts[pair], pair.Left, pair.Right));
        else
            Forget(pair);
    }

    private void Forget((int Left, int Right) pair)
    {
        _counts.Remove(pair);
        _holders.Remove(pair);
    }

    // The most frequent first; of equals the one whose tokens come first by their bytes.
    private int Compare((long Count, int Left, int Right) a, (long Count, int Left, int Right) b)
    {
        var order = b.Count.CompareTo(a.Count);
        if (order == 0)
            order = _tokens[a.Left].AsSpan().SequenceCompareTo(_tokens[b.Left]);
        return order == 0 ? _tokens[a.Right].AsSpan().SequenceCompareTo(_tokens[b.Right]) : order;
    }
}
