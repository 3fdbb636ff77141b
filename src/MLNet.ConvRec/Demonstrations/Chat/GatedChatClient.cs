using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Lets a number of calls through at the same time; the others wait.</summary>
/// <remarks>
/// Not by System.Threading.RateLimiting: ASP.NET has it too, so a build for ASP.NET leaves it out and the tool beside it can't start.
/// </remarks>
internal sealed class GatedChatClient(IChatClient inner, int concurrency) : DelegatingChatClient(inner)
{
    private readonly SemaphoreSlim _free = new(concurrency);

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }
}
