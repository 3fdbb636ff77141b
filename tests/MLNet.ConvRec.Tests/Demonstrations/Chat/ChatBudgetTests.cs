using MLNet.ConvRec.Demonstrations.Chat;

namespace MLNet.ConvRec.Tests.Demonstrations.Chat;

public sealed class ChatBudgetTests
{
    [Fact]
    public async Task MaxCalls_IsExactAtConcurrency8()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ChatServer.StartAsync(question =>
            question.Attempt % 2 == 1 && question.Prompt.EndsWith('3')
                ? ChatReply.Error(503)
                : ChatReply.Of("fine") with { Delay = TimeSpan.FromMilliseconds(5) });
        var path = folder.PathOf("journal.jsonl");
        using var client = RealClient.Guarded(server, Options(path, new ChatBudget { MaxCalls = 37 }));

        var outcomes = await AskAllAsync(client, 100);

        Assert.Equal(37, outcomes.Count(problem => problem is null));
        Assert.Equal(63, outcomes.Count(problem => problem is ChatBudgetSpentException));
        Assert.Equal((37, 37), (server.Answered.Values.Sum(), client.Usage.AnsweredCalls));
        Assert.InRange(server.MostUnderWay, 2, 8);
        var message = outcomes.OfType<ChatBudgetSpentException>().First().Message;
        Assert.Contains("MaxCalls = 37", message, StringComparison.Ordinal);
        Assert.Contains($"37 answers are in the journal {path} and are not paid for again", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RaisedBudget_GoesOnWhereTheJournalEnds()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ChatServer.StartAsync();
        var path = folder.PathOf("journal.jsonl");
        using (var first = RealClient.Guarded(server, Options(path, new ChatBudget { MaxCalls = 10 })))
            await AskAllAsync(first, 30);
        using (var same = RealClient.Guarded(server, Options(path, new ChatBudget { MaxCalls = 10 })))
            Assert.Equal(20, (await AskAllAsync(same, 30)).Count(problem => problem is ChatBudgetSpentException));
        using var raised = RealClient.Guarded(server, Options(path, new ChatBudget { MaxCalls = 30 }));

        Assert.All(await AskAllAsync(raised, 30), Assert.Null);

        Assert.Equal((20, 10), (raised.Usage.AnsweredCalls, raised.Usage.ReplayedAnswers));
        Assert.Equal(30, server.Answered.Count);
        Assert.All(server.Answered.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task FailedCall_GivesItsReservationBack()
    {
        await using var server = await ChatServer.StartAsync(question =>
            question.Prompt == "bad" ? ChatReply.Error(400) with { Delay = TimeSpan.FromMilliseconds(200) } : ChatReply.Of("fine"));
        using var client = RealClient.Guarded(server, Options(null, new ChatBudget { MaxCalls = 1 }));

        var bad = client.AskAsync("bad");
        var good = client.AskAsync("good");

        await Assert.ThrowsAsync<ChatFailedException>(() => bad);
        Assert.Equal("fine", await good);
    }

    [Fact]
    public async Task Refusal_ComesWhenNothingIsUnderWay()
    {
        using var folder = new TemporaryFolder();
        var answer = new TaskCompletionSource();
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of("fine") with { Until = answer.Task });
        using var client = RealClient.Guarded(server, Options(folder.PathOf("journal.jsonl"), new ChatBudget { MaxCalls = 1 }));

        var asked = client.AskAsync("first");
        while (server.Questions.Count == 0)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        var refused = client.AskAsync("second");
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(refused.IsCompleted);
        answer.SetResult();

        await Assert.ThrowsAsync<ChatBudgetSpentException>(() => refused);
        Assert.Equal("fine", await asked);
    }

    [Fact]
    public async Task MaxTokens_StopsFurtherCalls()
    {
        await using var server = await ChatServer.StartAsync();
        using var client = RealClient.Guarded(server, Options(null, new ChatBudget { MaxTokens = 250 }) with { Concurrency = 1 });

        var outcomes = await AskAllAsync(client, 10);

        Assert.Equal(3, outcomes.Count(problem => problem is null));
        Assert.Equal((300, 30), (client.Usage.InputTokens, client.Usage.OutputTokens));
        Assert.Contains("MaxTokens = 250", outcomes.First(problem => problem is not null)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaxCost_StopsFurtherCalls_AndIsTold()
    {
        await using var server = await ChatServer.StartAsync();
        var budget = new ChatBudget { MaxCost = 0.5m, InputPricePerMillion = 1000, OutputPricePerMillion = 10_000 };
        using var client = RealClient.Guarded(server, Options(null, budget) with { Concurrency = 1 });

        var outcomes = await AskAllAsync(client, 10);

        Assert.Equal(3, outcomes.Count(problem => problem is null));
        Assert.Equal(0.6m, client.Usage.Cost);
        var message = outcomes.First(problem => problem is not null)!.Message;
        Assert.Contains("MaxCost = 0.5", message, StringComparison.Ordinal);
        Assert.Contains("0.60 in cost", message, StringComparison.Ordinal);
        Assert.Contains("JournalPath", message, StringComparison.Ordinal);
        Assert.Equal(
            "3 calls answered in 3 attempts (0 retries), 0 answers replayed, 300 tokens in, 30 out, cost 0.60.", client.Usage.Describe());
    }

    [Fact]
    public async Task ServerThatTellsNoTokens_IsEstimated()
    {
        const string Body = """
            {"id":"1","object":"chat.completion","created":1,"model":"m",
            "choices":[{"index":0,"message":{"role":"assistant","content":"123456789"},"finish_reason":"stop"}]}
            """;
        await using var server = await ChatServer.StartAsync(_ => new ChatReply { Body = Body });
        using var client = RealClient.Guarded(server, Options(null, new ChatBudget()));

        await client.AskAsync("123456");

        Assert.Equal((2, 3), (client.Usage.InputTokens, client.Usage.OutputTokens));
    }

    private static ChatGuardOptions Options(string? journal, ChatBudget budget) => new() { JournalPath = journal, Budget = budget };

    private static Task<Exception?[]> AskAllAsync(GuardedChatClient client, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Record.ExceptionAsync(() => client.AskAsync($"question {i}")).AsTask()));
}
