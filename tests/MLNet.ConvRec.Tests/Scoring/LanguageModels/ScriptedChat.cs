using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels;

/// <summary>A request as the model got it.</summary>
/// <param name="Question">The first message: a step's question.</param>
/// <param name="Messages">All messages.</param>
/// <param name="Options">The options.</param>
internal sealed record ScriptedRequest(string Question, ChatMessage[] Messages, ChatOptions? Options);

/// <summary>A chat model in memory, which answers as a function says, after a while that differs from request to request.</summary>
internal sealed class ScriptedChat(Func<ScriptedRequest, string> answer) : IChatClient
{
    private readonly ConcurrentQueue<ScriptedRequest> _requests = new();
    private int _underWay;
    private int _mostUnderWay;

    /// <summary>The longest an answer takes, in milliseconds.</summary>
    public int LongestDelay { get; init; }

    public ScriptedRequest[] Requests => [.. _requests];

    public int MostUnderWay => _mostUnderWay;

    public bool IsDisposed { get; private set; }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] asked = [.. messages];
        var request = new ScriptedRequest(asked.First(message => message.Role == ChatRole.User).Text, asked, options);
        _requests.Enqueue(request);
        var now = Interlocked.Increment(ref _underWay);
        for (var most = _mostUnderWay; now > most; most = _mostUnderWay)
            Interlocked.CompareExchange(ref _mostUnderWay, now, most);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (LongestDelay > 0)
                await Task.Delay(Random.Shared.Next(LongestDelay + 1), cancellationToken);
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, answer(request)));
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() => IsDisposed = true;
}
