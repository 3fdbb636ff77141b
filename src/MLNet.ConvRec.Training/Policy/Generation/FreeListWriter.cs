using System.Text;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Writes a list without any mask, as the paper does: any token may follow, until the end of the turn or the length limit.</summary>
internal sealed class FreeListWriter(
    ItemCatalog catalog, RankSegments segments, int endOfTurn, int length, int maxTokens, Sampling sampling, (ulong Dialogue, ulong List) key) : IListWriter
{
    private readonly List<int> _tokens = [], _ranks = [], _items = [];
    private readonly List<float> _logProbabilities = [], _scores = [];
    private readonly List<Decision> _decisions = [];
    private readonly List<byte> _line = [];
    private bool _isTruncated;
    private int _rank = 1;
    private float _score;

    public bool IsFinished { get; private set; }

    public IReadOnlyList<int> Tokens => _tokens;

    public int Node => -1;

    public void Choose(Span<float> logits)
    {
        var (token, logProbability, kept) = sampling.Choose(logits, key, _tokens.Count);
        var isEnd = token == endOfTurn;
        _decisions.Add(new Decision(_tokens.Count, Node) { Kept = kept });
        _tokens.Add(token);
        _ranks.Add(isEnd || _rank > length ? 0 : _rank);
        _logProbabilities.Add(logProbability);
        _score += logProbability;
        _isTruncated = !isEnd && _tokens.Count >= maxTokens;
        IsFinished = isEnd || _tokens.Count >= maxTokens;
        if (!isEnd)
            Write(token);
        if (IsFinished && _line.Count > 0)
            EndLine();
    }

    public SampledList ToList() => new()
    {
        Tokens = [.. _tokens],
        Ranks = [.. _ranks],
        LogProbabilities = [.. _logProbabilities],
        Decisions = _decisions,
        IsTruncated = _isTruncated,
        Items = [.. _items],
        Scores = [.. _scores],
    };

    // A token with a line break in it ends the line in which it begins; what stands behind its last break begins another.
    private void Write(int token)
    {
        _line.AddRange(segments.BeforeBreak(token));
        for (var ended = segments.LineBreaks(token); ended > 0; ended--)
            EndLine();
        _line.AddRange(segments.AfterBreak(token));
    }

    private void EndLine()
    {
        if (_rank <= length)
        {
            _items.Add(ListLine.Parse(Encoding.UTF8.GetString([.. _line])) is { } item ? catalog.IndexOf(item) : -1);
            _scores.Add(_score);
        }

        _line.Clear();
        _score = 0;
        _rank++;
    }
}
