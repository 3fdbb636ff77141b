using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Answers from the journal what it holds, sends the rest once, and keeps each answer before anyone sees it.</summary>
/// <remarks>
/// Identical requests at the same time share one call: its answer, or its failure. Each caller may leave without disturbing the others.
/// </remarks>
internal sealed class JournalingChatClient(IChatClient inner, ChatJournal journal, ChatTally tally) : DelegatingChatClient(inner)
{
    private readonly string? _model = inner.GetService<ChatClientMetadata>()?.DefaultModelId;
    private readonly Dictionary<string, SharedCall> _underWay = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var key = ChatRequestKey.Of(messages, options, _model);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FindOrJoin(key, messages, options, out var call, out var isShared) is { } known)
            {
                tally.Replay();
                return known.ToResponse();
            }

            try
            {
                var answer = await call!.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (isShared)
                    tally.Replay();
                return answer.ToResponse();
            }
            catch (OperationCanceledException) when (call!.IsAbandoned && !cancellationToken.IsCancellationRequested)
            {
                // Joined a call just as the last of its callers left: ask anew.
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            journal.Dispose();
    }

    // Either the answer or a call to wait for.
    private ChatAnswer? FindOrJoin(
        string key, IEnumerable<ChatMessage> messages, ChatOptions? options, out SharedCall? call, out bool isShared)
    {
        lock (_lock)
        {
            isShared = _underWay.TryGetValue(key, out call);
            if (!isShared)
            {
                // Within the lock: a call leaves the table only after its answer is in the journal.
                if (journal.Find(key) is { } known)
                    return known;
                call = _underWay[key] = new SharedCall(stop => AskAsync(key, messages, options, stop));
            }

            call!.Join();
            return null;
        }
    }

    private async Task<ChatAnswer> AskAsync(
        string key, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        // Out of the lock that the call is begun in.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var response = await InnerClient.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
            var answer = ChatAnswer.Of(response);
            journal.Append(key, answer);
            return answer;
        }
        finally
        {
            lock (_lock)
                _underWay.Remove(key);
        }
    }
}
