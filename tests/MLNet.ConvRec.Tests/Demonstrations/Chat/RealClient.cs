using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using MLNet.ConvRec.Demonstrations.Chat;
using OpenAI;

namespace MLNet.ConvRec.Tests.Demonstrations.Chat;

/// <summary>OpenAI's own client, and how tests ask it.</summary>
internal static class RealClient
{
    /// <summary>A client of a server that retries nothing by itself.</summary>
    public static IChatClient Of(ChatServer server) => new OpenAIClient(
        new ApiKeyCredential("x"),
        new OpenAIClientOptions { Endpoint = server.Endpoint, RetryPolicy = new ClientRetryPolicy(0) })
        .GetChatClient("m").AsIChatClient();

    /// <summary>The client under guard; waits are short unless a clock is given.</summary>
    public static GuardedChatClient Guarded(ChatServer server, ChatGuardOptions options, TimeProvider? clock = null) =>
        GuardedChatClient.Create(
            Of(server),
            clock is not null
                ? options
                : options with { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(5) },
            clock);

    /// <summary>Asks one question and returns the answer's text.</summary>
    public static async Task<string> AskAsync(this IChatClient client, string text, CancellationToken? cancellation = null) =>
        (await client.GetResponseAsync(text, null, cancellation ?? TestContext.Current.CancellationToken)).Text;
}
