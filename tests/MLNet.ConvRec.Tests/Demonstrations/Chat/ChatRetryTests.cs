using System.ClientModel;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.AI;
using MLNet.ConvRec.Demonstrations.Chat;

namespace MLNet.ConvRec.Tests.Demonstrations.Chat;

public sealed class ChatRetryTests
{
    private static readonly ChatGuardOptions Options = new();

    private static SkippingTime Clock => new(Options.Timeout);

    public static TheoryData<string> PassingFaults =>
        ["408", "429", "500", "502", "503", "504", "cut off", "not JSON", "half JSON", "empty", "error of 200", "no list", "no message"];

    [Theory]
    [MemberData(nameof(PassingFaults))]
    public async Task PassingFault_IsRetried(string fault)
    {
        await using var server = await ChatServer.StartAsync(question => question.Attempt < 3 ? Faulty(fault) : ChatReply.Of("fine"));
        using var client = RealClient.Guarded(server, Options);

        Assert.Equal("fine", await client.AskAsync("hello"));

        Assert.Equal((1, 3, 2), (client.Usage.AnsweredCalls, client.Usage.Attempts, client.Usage.Retries));
        Assert.Equal(1, server.Answered["hello"]);
    }

    [Fact]
    public async Task SlowAnswer_TimesOutAndIsRetried()
    {
        await using var server = await ChatServer.StartAsync(question =>
            ChatReply.Of("fine") with { Delay = TimeSpan.FromSeconds(question.Attempt == 1 ? 30 : 0) });
        using var client = RealClient.Guarded(server, Options with { Timeout = TimeSpan.FromSeconds(1) });

        Assert.Equal("fine", await client.AskAsync("hello"));
        Assert.True(client.Usage.Retries >= 1); // a loaded machine may be late a second time
    }

    [Fact]
    public async Task NoServer_IsRetriedAndThenOneSentence()
    {
        var server = await ChatServer.StartAsync();
        using var client = RealClient.Guarded(server, Options with { MaxRetries = 2 });
        await server.DisposeAsync();

        var problem = await Assert.ThrowsAsync<ChatFailedException>(() => client.AskAsync("hello"));

        Assert.Contains("after 3 attempts", problem.Message, StringComparison.Ordinal);
        Assert.Contains("The connection failed: ", problem.Message, StringComparison.Ordinal);
        Assert.NotNull(problem.InnerException);
    }

    [Theory]
    [InlineData(400, "options")]
    [InlineData(401, "API key")]
    [InlineData(403, "may use this model")]
    [InlineData(404, "model's name")]
    public async Task Refusal_IsNotRetriedAndOneSentence(int status, string remedy)
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Error(status, "the server's words"));
        using var client = RealClient.Guarded(server, Options);

        var problem = await Assert.ThrowsAsync<ChatFailedException>(() => client.AskAsync("hello"));

        Assert.Equal((status, 1), (problem.Status, server.Questions.Count));
        Assert.Contains("the server's words", problem.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.IsType<ClientResultException>(problem.InnerException);
    }

    [Fact]
    public async Task LastRetry_Fails_TellsTheLastCause()
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Error(503, "too many people"));
        var clock = Clock;
        using var client = RealClient.Guarded(server, Options, clock);

        var problem = await Assert.ThrowsAsync<ChatFailedException>(() => client.AskAsync("hello"));

        Assert.Equal((503, 7), (problem.Status, server.Questions.Count));
        Assert.Contains("HTTP 503 ServiceUnavailable", problem.Message, StringComparison.Ordinal);
        Assert.Contains("too many people", problem.Message, StringComparison.Ordinal);
        Assert.Equal(6, clock.Waits.Count);
    }

    [Fact]
    public async Task Waits_GrowByJitterOfTheSeed()
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Error(500));
        var options = Options with { MaxRetries = 40, LongestDelay = TimeSpan.FromSeconds(20) };

        var waits = await WaitsAsync(options);

        Assert.Equal(waits, await WaitsAsync(options));
        Assert.NotEqual(waits, await WaitsAsync(options with { Seed = 1 }));
        Assert.All(waits, (wait, i) => Assert.InRange(wait.TotalSeconds, 0, Math.Min(20, Math.Pow(2, i))));
        Assert.True(waits.Max().TotalSeconds > 15);

        async Task<IReadOnlyList<TimeSpan>> WaitsAsync(ChatGuardOptions guard)
        {
            var clock = Clock;
            using var client = RealClient.Guarded(server, guard, clock);
            await Assert.ThrowsAsync<ChatFailedException>(() => client.AskAsync("hello"));
            return clock.Waits;
        }
    }

    [Fact]
    public async Task CallsThatFailTogether_DoNotComeBackTogether()
    {
        await using var server = await ChatServer.StartAsync(question =>
            question.Attempt == 1 ? ChatReply.Error(500) : ChatReply.Of("fine"));
        var clock = Clock;
        using var client = RealClient.Guarded(server, Options, clock);

        await client.AskAsync("one");
        await client.AskAsync("another");

        Assert.Equal(2, clock.Waits.Distinct().Count());
    }

    [Fact]
    public async Task NoRetries_IsOneAttempt()
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Error(500));
        using var client = RealClient.Guarded(server, Options with { MaxRetries = 0 });

        var problem = await Assert.ThrowsAsync<ChatFailedException>(() => client.AskAsync("hello"));

        Assert.Contains("after 1 attempts", problem.Message, StringComparison.Ordinal);
        Assert.Equal((1, 0), (client.Usage.Attempts, client.Usage.Retries));
    }

    [Theory]
    [InlineData("90")]
    [InlineData("Thu, 01 Jan 2026 12:01:30 GMT")]
    public async Task RetryAfter_LongerThanOurOwnWait_IsKept(string retryAfter)
    {
        await using var server = await ChatServer.StartAsync(question =>
            question.Attempt == 1 ? ChatReply.Error(429, retryAfter: retryAfter) : ChatReply.Of("fine"));
        var clock = Clock;
        using var client = RealClient.Guarded(server, Options with { LongestDelay = TimeSpan.FromSeconds(2) }, clock);

        Assert.Equal("fine", await client.AskAsync("hello"));

        Assert.Equal([TimeSpan.FromSeconds(90)], clock.Waits);
    }

    [Fact]
    public async Task RetryAfter_InThePast_WaitsAsWithoutIt()
    {
        await using var server = await ChatServer.StartAsync(question =>
            question.Attempt == 1 ? ChatReply.Error(429, retryAfter: "Thu, 01 Jan 2020 12:00:00 GMT") : ChatReply.Of("fine"));
        var clock = Clock;
        using var client = RealClient.Guarded(server, Options, clock);

        Assert.Equal("fine", await client.AskAsync("hello"));

        Assert.InRange(Assert.Single(clock.Waits).TotalSeconds, 0, 1);
    }

    [Fact]
    public async Task RetryAfter_BeyondTheCap_StopsWithASentence()
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Error(429, retryAfter: "86400"));
        using var client = RealClient.Guarded(server, Options, Clock);

        var problem = await Assert.ThrowsAsync<ChatFailedException>(() => client.AskAsync("hello"));

        Assert.Equal((429, 1), (problem.Status, server.Questions.Count));
        Assert.Contains("ChatGuardOptions.LongestRetryAfter", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallersCancellation_IsNotRetried()
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of("late") with { Delay = TimeSpan.FromSeconds(30) });
        using var client = RealClient.Guarded(server, Options);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.AskAsync("hello", cancel.Token));

        Assert.Equal((1, 0), (client.Usage.Attempts, client.Usage.Retries));
    }

    [Fact]
    public async Task CallersCancellation_EndsAWait()
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Error(429, retryAfter: "600"));
        using var client = GuardedChatClient.Create(RealClient.Of(server), Options);
        using var cancel = new CancellationTokenSource();

        var asked = client.AskAsync("hello", cancel.Token);
        while (server.Questions.Count == 0)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        Assert.Single(server.Questions);
    }

    [Fact]
    public async Task UnknownException_PassesThroughUnlessTheOptionKnowsIt()
    {
        using var plain = GuardedChatClient.Create(new Failing(new InvalidOperationException("mine")), Options, Clock);
        using var known = GuardedChatClient.Create(
            new Failing(new InvalidOperationException("mine")),
            Options with { MaxRetries = 3, IsTransient = error => error is InvalidOperationException },
            Clock);

        await Assert.ThrowsAsync<InvalidOperationException>(() => plain.AskAsync("hello"));
        await Assert.ThrowsAsync<ChatFailedException>(() => known.AskAsync("hello"));

        Assert.Equal((1, 4), (plain.Usage.Attempts, known.Usage.Attempts));
    }

    [Fact]
    public async Task ManyAttemptsOfAClient_CountByTheirLast()
    {
        var many = new AggregateException(
            new JsonException("first"), new HttpRequestException("last", null, HttpStatusCode.Unauthorized));
        using var client = GuardedChatClient.Create(new Failing(many), Options, Clock);

        var problem = await Assert.ThrowsAsync<ChatFailedException>(() => client.AskAsync("hello"));

        Assert.Equal((401, 1), (problem.Status, client.Usage.Attempts));
    }

    private static ChatReply Faulty(string fault) => fault switch
    {
        "cut off" => ChatReply.Of("A long answer that will not come to its end") with { IsCutOff = true },
        "not JSON" => new ChatReply { Body = "<html>Bad gateway</html>" },
        "half JSON" => new ChatReply { Body = """{"id":"chatcmpl-1","choices":[{"index":0,"mess""" },
        "empty" => new ChatReply { Body = "" },
        "error of 200" => ChatReply.Error(200, "overloaded"),
        "no list" => new ChatReply { Body = """{"choices":3}""" },
        "no message" => new ChatReply { Body = """{"choices":[{"index":0}]}""" },
        _ => ChatReply.Error(int.Parse(fault, CultureInfo.InvariantCulture)),
    };

    private sealed class Failing(Exception error) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw error;

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw error;

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
