using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>Counts the calls that pass through it; a caller's own client stays the caller's to dispose.</summary>
internal sealed class CountingChatClient(IChatClient client, CallCounter calls) : DelegatingChatClient(client)
{
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        calls.AddCall();
        return base.GetResponseAsync(messages, options, cancellationToken);
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        calls.AddCall();
        return base.GetStreamingResponseAsync(messages, options, cancellationToken);
    }
}
