using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring;

/// <summary>Scores windows of dialogues ahead of the one whose list is wanted, one on each core, and gives the lists in order.</summary>
/// <remarks>
/// Windows begin small, so that a few dialogues keep all cores busy too, and grow until sorting by length pays. Memory holds a few windows,
/// however many dialogues there are. It is to be read from one thread; disposing it ends what is under way.
/// </remarks>
internal sealed class ScoredAhead : IListsAhead
{
    // MLContext.CancelExecution sets a flag that nobody announces.
    private const int PollMilliseconds = 100;

    private readonly IEnumerator<Dialogue> _dialogues;
    private readonly BatchRecommender _recommender;
    private readonly Func<bool> _isCanceled;
    private readonly CancellationTokenSource _cancellation;
    private readonly SemaphoreSlim _cores;
    private readonly Queue<Task<RecommendationList[]>> _windows = new();
    private readonly int _ahead, _largest;
    private int _size;
    private RecommendationList[] _current = [];
    private int _next;

    /// <summary>Begins nothing yet.</summary>
    /// <param name="dialogues">The dialogues; enumerated once, as lists are taken.</param>
    /// <param name="recommender">What writes the lists.</param>
    /// <param name="options">Batch size, concurrency and cancellation.</param>
    /// <param name="isCanceled">Whether the context was cancelled; asked while waiting.</param>
    public ScoredAhead(IEnumerable<Dialogue> dialogues, BatchRecommender recommender, RecommenderOptions options, Func<bool> isCanceled)
    {
        (_dialogues, _recommender, _isCanceled) = (dialogues.GetEnumerator(), recommender, isCanceled);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        _cores = new SemaphoreSlim(options.Runs);
        _ahead = options.Runs + 1;
        _size = Math.Min(options.BatchSize, 16);
        _largest = options.BatchSize * RecommenderOptions.BatchesInWindow;
    }

    /// <inheritdoc/>
    public RecommendationList? Next()
    {
        if (_next == _current.Length)
        {
            Begin();
            if (!_windows.TryDequeue(out var first))
                return null;
            Wait(first);
            (_current, _next) = (first.GetAwaiter().GetResult(), 0);
        }

        return _current[_next++];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Cancel();
        Task rest = Task.WhenAll(_windows);
        rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _dialogues.Dispose();
        _cores.Dispose();
        _cancellation.Dispose();
    }

    private void Begin()
    {
        while (_windows.Count < _ahead)
        {
            var window = new List<Dialogue>(_size);
            while (window.Count < _size && _dialogues.MoveNext())
                window.Add(_dialogues.Current);
            if (window.Count == 0)
                return;
            _windows.Enqueue(Task.Run(() => ScoreAsync(window), _cancellation.Token));
            _size = Math.Min(2 * _size, _largest);
        }
    }

    private async Task<RecommendationList[]> ScoreAsync(List<Dialogue> window)
    {
        await _cores.WaitAsync(_cancellation.Token).ConfigureAwait(false);
        try
        {
            return _recommender.Recommend(window, _cancellation.Token);
        }
        finally
        {
            _cores.Release();
        }
    }

    private void Wait(Task task)
    {
        do
        {
            if (_isCanceled())
                _cancellation.Cancel();
        }
        while (Task.WaitAny([task], PollMilliseconds) < 0);
        _cancellation.Token.ThrowIfCancellationRequested();
    }
}
