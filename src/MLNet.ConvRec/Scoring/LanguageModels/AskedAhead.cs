using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>Asks about dialogues ahead of the one whose list is wanted, several at the same time, and gives the lists in order.</summary>
/// <remarks>
/// Holds a window of dialogues, however many there are. It is to be read from one thread; disposing it ends what is under way.
/// </remarks>
internal sealed class AskedAhead : IListsAhead
{
    // A slow answer at the front must not leave the other places idle.
    private const int WindowPerPlace = 4;

    // MLContext.CancelExecution sets a flag that nobody announces.
    private const int PollMilliseconds = 100;

    private readonly IEnumerator<Dialogue> _dialogues;
    private readonly Func<Dialogue, CancellationToken, Task<RecommendationList>> _ask;
    private readonly Func<bool> _isCanceled;
    private readonly int _window;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _cancellation;
    private readonly Queue<Task<RecommendationList>> _asked = new();

    /// <summary>Begins nothing yet.</summary>
    /// <param name="dialogues">The dialogues; enumerated once, as lists are taken.</param>
    /// <param name="ask">Makes one list.</param>
    /// <param name="concurrency">How many lists are made at the same time.</param>
    /// <param name="isCanceled">Whether the context was cancelled; asked while waiting.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public AskedAhead(
        IEnumerable<Dialogue> dialogues,
        Func<Dialogue, CancellationToken, Task<RecommendationList>> ask,
        int concurrency,
        Func<bool> isCanceled,
        CancellationToken cancellationToken)
    {
        _dialogues = dialogues.GetEnumerator();
        _ask = ask;
        _isCanceled = isCanceled;
        _window = WindowPerPlace * concurrency;
        _places = new SemaphoreSlim(concurrency);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Waits for the list of the next dialogue.</summary>
    /// <returns>The list, or <see langword="null"/> after the last.</returns>
    /// <exception cref="OperationCanceledException">The token or the context was cancelled.</exception>
    public RecommendationList? Next()
    {
        while (_asked.Count < _window && _dialogues.MoveNext())
        {
            var dialogue = _dialogues.Current;
            _asked.Enqueue(Task.Run(() => AskAsync(dialogue, _cancellation.Token), _cancellation.Token));
        }

        if (!_asked.TryDequeue(out var first))
            return null;
        do
        {
            if (_isCanceled())
                _cancellation.Cancel();
        }
        while (Task.WaitAny([first], PollMilliseconds) < 0);
        _cancellation.Token.ThrowIfCancellationRequested();
        return first.GetAwaiter().GetResult();
    }

    /// <summary>Ends what is under way and waits for its end.</summary>
    public void Dispose()
    {
        _cancellation.Cancel();
        Task rest = Task.WhenAll(_asked);
        rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _dialogues.Dispose();
        _places.Dispose();
        _cancellation.Dispose();
    }

    private async Task<RecommendationList> AskAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _ask(dialogue, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }
}
