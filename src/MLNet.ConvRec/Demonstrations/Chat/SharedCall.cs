namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>A call that several callers wait for; it is stopped when the last of them has gone.</summary>
internal sealed class SharedCall
{
    private readonly Func<Task> _abandon;
    private readonly CancellationToken _abandoned;
    private readonly Task<ChatAnswer> _answer;
    private int _waiting;

    /// <summary>Begins the call.</summary>
    /// <param name="ask">Makes the call; must not block.</param>
    public SharedCall(Func<CancellationToken, Task<ChatAnswer>> ask)
    {
        var stop = new CancellationTokenSource();
        (_abandon, _abandoned) = (stop.CancelAsync, stop.Token);
        _answer = ask(_abandoned);
    }

    /// <summary>Whether all callers had gone before it ended.</summary>
    public bool IsAbandoned => _abandoned.IsCancellationRequested;

    /// <summary>Counts a caller who will wait.</summary>
    public void Join() => Interlocked.Increment(ref _waiting);

    /// <summary>Waits for the answer after <see cref="Join"/>.</summary>
    public async Task<ChatAnswer> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // The last to go waits for the end: what was sent and is answered after all must reach the journal before anyone closes it.
            if (Interlocked.Decrement(ref _waiting) == 0 && !_answer.IsCompleted)
            {
                await _abandon().ConfigureAwait(false);
                await ((Task)_answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
