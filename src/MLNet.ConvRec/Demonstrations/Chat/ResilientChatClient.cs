using Microsoft.Extensions.AI;
using MLNet.ConvRec.Demonstrations.Counts;
using Polly;
using Polly.Retry;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Sends a request again while it fails for reasons that may pass: Polly's retries, with a wait of full jitter.</summary>
internal sealed class ResilientChatClient(IChatClient inner, ChatGuardOptions guard, ChatTally tally, TimeProvider clock)
    : DelegatingChatClient(inner)
{
    private readonly ResiliencePipeline<ChatResponse> _retries = Retries(guard, clock);
    private long _calls;

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = ResilienceContextPool.Shared.Get(FormattableString.Invariant($"{Interlocked.Increment(ref _calls)}"), cancellationToken);
        var attempts = 0;
        try
        {
            return await _retries.ExecuteAsync(
                async _ =>
                {
                    tally.Attempt(isRetry: ++attempts > 1);
                    return await AttemptAsync(messages, options, cancellationToken).ConfigureAwait(false);
                },
                call).ConfigureAwait(false);
        }
        catch (Exception error) when (ChatFault.Of(error, guard.IsTransient, clock.GetUtcNow()) is { } fault)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ChatFailedException(Sentence(fault, attempts), fault.Status, error);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(call);
        }
    }

    private static ResiliencePipeline<ChatResponse> Retries(ChatGuardOptions guard, TimeProvider clock)
    {
        return new ResiliencePipelineBuilder<ChatResponse> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<ChatResponse>
            {
                // Polly takes no 0 here, so that ShouldHandle counts.
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = failed => ValueTask.FromResult(
                    failed.AttemptNumber < guard.MaxRetries
                    && FaultOf(failed.Outcome) is { IsTransient: true } fault
                    && !(fault.RetryAfter > guard.LongestRetryAfter)),
                DelayGenerator = failed => ValueTask.FromResult<TimeSpan?>(Wait(failed)),
            })
            .Build();

        ChatFault? FaultOf(Outcome<ChatResponse> outcome) =>
            outcome.Exception is { } error ? ChatFault.Of(error, guard.IsTransient, clock.GetUtcNow()) : null;

        // Any time up to FirstDelay · 2^retries unless the server asks for more; two calls that fail together must not come back together.
        TimeSpan Wait(RetryDelayGeneratorArguments<ChatResponse> failed)
        {
            var key = FormattableString.Invariant($"{failed.Context.OperationKey}/{failed.AttemptNumber + 1}");
            var doubled = guard.FirstDelay.TotalMilliseconds * Math.Pow(2, failed.AttemptNumber);
            var longest = Math.Min(guard.LongestDelay.TotalMilliseconds, doubled);
            var own = TimeSpan.FromMilliseconds(longest * StableHash.Unit(guard.Seed, key));
            return FaultOf(failed.Outcome)?.RetryAfter is { } asked && asked > own ? asked : own;
        }
    }

    // Not Polly's time-out, which ends with the caller's token: a request that is paid for may outlive its caller by the grace.
    private async Task<ChatResponse> AttemptAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var grace = guard.JournalPath is null ? TimeSpan.Zero : guard.CancellationGrace;
        using var attempt = new CancellationTokenSource(guard.Timeout, clock);
        await using var stop = cancellationToken.UnsafeRegister(_ => attempt.CancelAfter(grace), null).ConfigureAwait(false);
        return await base.GetResponseAsync(messages, options, attempt.Token).ConfigureAwait(false);
    }

    private string Sentence(ChatFault fault, int attempts)
    {
        var kept = guard.JournalPath is null ? "" : $" (what was answered is in the journal {guard.JournalPath})";
        if (!fault.IsTransient)
            return $"{fault.Words} {fault.Remedy}";
        return attempts > guard.MaxRetries
            ? $"There is no answer after {attempts} attempts. The last: {fault.Words} Run again later{kept}, or raise "
                + "ChatGuardOptions.MaxRetries."
            : $"{fault.Words} It asks to wait {fault.RetryAfter}, longer than ChatGuardOptions.LongestRetryAfter = "
                + $"{guard.LongestRetryAfter}; run again later{kept}, or raise that option.";
    }
}
