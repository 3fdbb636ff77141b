using System.Runtime.ExceptionServices;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring;

/// <summary>Scores windows of dialogues ahead of the one whose list is wanted, a batch on each core, and gives the lists in order.</summary>
/// <remarks>
/// A window's batches are cut by length, and which dialogues share a batch follows from their places alone: the same dialogues give the same
/// bytes, whatever the cores. Memory holds a few windows, however many dialogues there are. It is to be read from one thread; disposing it
/// ends what is under way.
/// </remarks>
internal sealed class ScoredAhead : IListsAhead
{
    // One is given out, one is scored, one is ready to be begun when a core is free.
    private const int WindowsAhead = 3;

    // MLContext.CancelExecution sets a flag that nobody announces.
    private const int PollMilliseconds = 100;

    private readonly IEnumerator<Dialogue> _dialogues;
    private readonly BatchRecommender _recommender;
    private readonly Func<bool> _isCanceled;
    private readonly CancellationTokenSource _cancellation;
    private readonly SemaphoreSlim _cores;
    private readonly Queue<Task<RecommendationList[]>> _windows = new();
    private readonly int _window;
    private long _left;
    private ExceptionDispatchInfo? _failure;
    private RecommendationList[] _current = [];
    private int _next;

    /// <summary>Begins nothing yet.</summary>
    /// <param name="dialogues">The dialogues; enumerated once, as lists are taken.</param>
    /// <param name="first">How many lists are left out; their windows are cut all the same, so that the others' are what they would be.</param>
    /// <param name="recommender">What writes the lists.</param>
    /// <param name="options">Batch size, concurrency and cancellation.</param>
    /// <param name="isCanceled">Whether the context was cancelled; asked while waiting.</param>
    public ScoredAhead(IEnumerable<Dialogue> dialogues, long first, BatchRecommender recommender, RecommenderOptions options, Func<bool> isCanceled)
    {
        (_dialogues, _left, _recommender, _isCanceled) = (dialogues.GetEnumerator(), first, recommender, isCanceled);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        _cores = new SemaphoreSlim(options.Runs);
        _window = options.WindowSize;
    }

    /// <inheritdoc/>
    public RecommendationList? Next()
    {
        if (_next == _current.Length)
        {
            Begin();
            if (!_windows.TryDequeue(out var first))
            {
                _failure?.Throw();
                return null;
            }

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
        while (_windows.Count < WindowsAhead)
        {
            var window = Read();
            if (window.Count == 0)
                return;
            var leftOut = (int)Math.Min(_left, window.Count);
            _left -= leftOut;
            if (leftOut < window.Count)
                _windows.Enqueue(Task.Run(() => ScoreAsync(window, leftOut), _cancellation.Token));
        }
    }

    // A dialogue that can't be read ends what is given out only after the windows before its own: their lists are not lost.
    private List<Dialogue> Read()
    {
        var window = new List<Dialogue>(_window);
        try
        {
            while (_failure is null && window.Count < _window && _dialogues.MoveNext())
                window.Add(_dialogues.Current);
            return window;
        }
        catch (Exception fault)
        {
            _failure = ExceptionDispatchInfo.Capture(fault);
            return [];
        }
    }

    private async Task<RecommendationList[]> ScoreAsync(List<Dialogue> window, int leftOut)
    {
        var (rows, batches) = _recommender.Prepare(window);
        var lists = new RecommendationList[window.Count];
        await Task.WhenAll(batches.Select(batch => Task.Run(() => RunAsync(batch), _cancellation.Token))).ConfigureAwait(false);
        return lists[leftOut..];

        async Task RunAsync(int[] batch)
        {
            await _cores.WaitAsync(_cancellation.Token).ConfigureAwait(false);
            try
            {
                _recommender.Run(window, rows, batch, lists);
            }
            finally
            {
                _cores.Release();
            }
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
