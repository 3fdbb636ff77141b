using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Sends a request again while it fails for reasons that may pass: exponential back-off with full jitter.</summary>
internal sealed class RetryingChatClient(IChatClient inner, ChatGuardOptions guard, ChatTally tally, TimeProvider clock)
    : DelegatingChatClient(inner)
{
    private long _calls;

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = Interlocked.Increment(ref _calls);
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan wait;
            try
            {
                tally.Attempt(isRetry: attempt > 1);
                return await AttemptAsync(messages, options, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (ChatFault.Of(error, guard.IsTransient, clock.GetUtcNow()) is { } fault)
            {
                cancellationToken.ThrowIfCancellationRequested();
                wait = WaitAfter(fault, error, call, attempt);
            }

            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ChatResponse> AttemptAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        using var attempt = new CancellationTokenSource(guard.Timeout, clock);
        await using var stop = cancellationToken.UnsafeRegister(_ => Stop(attempt), null).ConfigureAwait(false);
        return await base.GetResponseAsync(messages, options, attempt.Token).ConfigureAwait(false);
    }

    private void Stop(CancellationTokenSource attempt)
    {
        if (guard.JournalPath is null || guard.CancellationGrace == TimeSpan.Zero)
            attempt.Cancel();
        else
            attempt.CancelAfter(guard.CancellationGrace);
    }

    private TimeSpan WaitAfter(ChatFault fault, Exception error, long call, int attempt)
    {
        if (!fault.IsTransient)
            throw new ChatFailedException($"{fault.Words} {fault.Remedy}", fault.Status, error);
        if (attempt > guard.MaxRetries)
        {
            throw new ChatFailedException(
                $"There is no answer after {attempt} attempts. The last: {fault.Words} Run again later{Kept}, or raise "
                + "ChatGuardOptions.MaxRetries.",
                fault.Status,
                error);
        }

        var asked = fault.RetryAfter ?? TimeSpan.Zero;
        if (asked > guard.LongestRetryAfter)
        {
            throw new ChatFailedException(
                $"{fault.Words} It asks to wait {asked}, longer than ChatGuardOptions.LongestRetryAfter = {guard.LongestRetryAfter}; "
                + $"run again later{Kept}, or raise that option.",
                fault.Status,
                error);
        }

        var own = Backoff.Wait(guard, call, attempt);
        return asked > own ? asked : own;
    }

    private string Kept => guard.JournalPath is null ? "" : $" (what was answered is in the journal {guard.JournalPath})";
}
