using System.Diagnostics;
using Microsoft.Extensions.AI;
using MLNet.ConvRec.Demonstrations.Chat;

namespace MLNet.ConvRec.Tests.Demonstrations.Chat;

public sealed class GuardedChatClientTests
{
    public static bool IsUnix => !OperatingSystem.IsWindows();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnsweredOnce_IsReplayedWithoutAServer()
    {
        using var folder = new TemporaryFolder();
        var options = new ChatGuardOptions { JournalPath = folder.PathOf("journal.jsonl") };
        var server = await ChatServer.StartAsync();
        var endpoint = RealClient.Of(server);
        string answer;
        using (var client = RealClient.Guarded(server, options))
        {
            answer = await client.AskAsync("hello");
            Assert.Equal(answer, await client.AskAsync("hello"));
            Assert.Equal((1, 1, 1), (client.Usage.AnsweredCalls, client.Usage.ReplayedAnswers, client.Usage.Attempts));
        }

        await server.DisposeAsync();
        using var again = GuardedChatClient.Create(endpoint, options);
        var replayed = await again.GetResponseAsync("hello", cancellationToken: Cancellation);

        Assert.Equal((answer, "m"), (replayed.Text, replayed.ModelId));
        Assert.Equal((100, 10), (replayed.Usage!.InputTokenCount, replayed.Usage.OutputTokenCount));
        Assert.Equal((0, 1, 0), (again.Usage.AnsweredCalls, again.Usage.ReplayedAnswers, again.Usage.Attempts));
        Assert.Equal(0, again.Usage.Cost);
    }

    [Fact(SkipUnless = nameof(IsUnix), Skip = "Reads a file that another holds locked.")]
    public async Task Answer_IsOnTheDiskBeforeItReturns()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("journal.jsonl");
        await using var server = await ChatServer.StartAsync();
        using var client = RealClient.Guarded(server, new ChatGuardOptions { JournalPath = path });

        for (var i = 1; i <= 3; i++)
        {
            await client.AskAsync($"question {i}");
            await CopyLockedAsync(path, path + ".seen");
            using var seen = ChatJournal.Open(path + ".seen");
            Assert.Equal(i, seen.Count);
        }
    }

    [Fact]
    public async Task IdenticalRequests_AreSentOnce()
    {
        using var folder = new TemporaryFolder();
        var answer = new TaskCompletionSource();
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of("fine") with { Until = answer.Task });
        using var client = RealClient.Guarded(server, new ChatGuardOptions { JournalPath = folder.PathOf("journal.jsonl") });

        var asked = Enumerable.Range(0, 20).Select(_ => client.AskAsync("hello")).ToArray();
        answer.SetResult();

        Assert.All(await Task.WhenAll(asked), text => Assert.Equal("fine", text));
        Assert.Single(server.Questions);
        Assert.Equal((1, 19), (client.Usage.AnsweredCalls, client.Usage.ReplayedAnswers));
    }

    [Fact]
    public async Task IdenticalRequests_ThatFail_FailTogetherAndMayBeAskedAgain()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ChatServer.StartAsync(question => question.Attempt == 1
            ? ChatReply.Error(400) with { Delay = TimeSpan.FromMilliseconds(100) }
            : ChatReply.Of("fine"));
        using var client = RealClient.Guarded(server, new ChatGuardOptions { JournalPath = folder.PathOf("journal.jsonl") });

        var asked = Enumerable.Range(0, 5).Select(_ => client.AskAsync("hello")).ToArray();

        foreach (var one in asked)
            await Assert.ThrowsAsync<ChatFailedException>(() => one);
        Assert.Equal("fine", await client.AskAsync("hello"));
        Assert.Equal(2, server.Questions.Count);
    }

    [Fact]
    public async Task OneOfSeveralWaiters_MayLeave()
    {
        using var folder = new TemporaryFolder();
        var answer = new TaskCompletionSource();
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of("fine") with { Until = answer.Task });
        using var client = RealClient.Guarded(server, new ChatGuardOptions { JournalPath = folder.PathOf("journal.jsonl") });
        using var cancel = new CancellationTokenSource();

        var leaving = client.AskAsync("hello", cancel.Token);
        var staying = client.AskAsync("hello");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        answer.SetResult();

        Assert.Equal("fine", await staying);
        Assert.Single(server.Questions);
    }

    [Fact]
    public async Task LastWaiterLeaves_WhatWasSentIsStillKept()
    {
        using var folder = new TemporaryFolder();
        var options = new ChatGuardOptions { JournalPath = folder.PathOf("journal.jsonl") };
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of("fine") with { Delay = TimeSpan.FromMilliseconds(400) });
        using (var client = RealClient.Guarded(server, options))
        {
            using var cancel = new CancellationTokenSource();
            var leaving = client.AskAsync("hello", cancel.Token);
            while (server.Questions.Count == 0)
                await Task.Delay(5, Cancellation);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        }

        using var again = RealClient.Guarded(server, options);
        Assert.Equal("fine", await again.AskAsync("hello"));
        Assert.Equal(1, Assert.Single(server.Answered).Value);
    }

    [Fact]
    public async Task LastWaiterLeaves_WithoutGrace_TheRequestEnds()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of("late") with { Delay = TimeSpan.FromSeconds(30) });
        using var client = RealClient.Guarded(
            server, new ChatGuardOptions { JournalPath = folder.PathOf("journal.jsonl"), CancellationGrace = TimeSpan.Zero });
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.AskAsync("hello", cancel.Token));

        Assert.Equal((1, 0), (client.Usage.Attempts, client.Usage.AnsweredCalls));
    }

    [Fact]
    public async Task NoMoreThanConcurrency_AreUnderWay()
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of("fine") with { Delay = TimeSpan.FromMilliseconds(20) });
        using var client = RealClient.Guarded(server, new ChatGuardOptions { Concurrency = 3 });

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => client.AskAsync($"question {i}")));

        Assert.Equal(3, server.MostUnderWay);
    }

    [Fact]
    public async Task Waiting_IsInOrder_AndMayBeLeft()
    {
        var answer = new TaskCompletionSource();
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of("fine") with { Until = answer.Task });
        using var client = RealClient.Guarded(server, new ChatGuardOptions { Concurrency = 1 });
        using var cancel = new CancellationTokenSource();

        var asked = Enumerable.Range(0, 10)
            .Select(i => client.AskAsync($"question {i}", i == 5 ? cancel.Token : Cancellation))
            .ToArray();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked[5]);
        answer.SetResult();
        await Task.WhenAll(asked.Where((_, i) => i != 5));

        Assert.Equal(
            Enumerable.Range(0, 10).Where(i => i != 5).Select(i => $"question {i}"), server.Questions.Select(question => question.Prompt));
    }

    [Fact]
    public async Task KilledAndStartedAgain_PaysForEachAnswerOnce()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("journal.jsonl");
        await using var server = await ChatServer.StartAsync(question =>
            question.Attempt == 1 && question.Prompt.EndsWith('7') ? ChatReply.Error(500) : ChatReply.Of($"to {question.Prompt}"));
        using (var first = RealClient.Guarded(server, new ChatGuardOptions { JournalPath = path }))
        {
            for (var i = 0; i < 25; i++)
                await first.AskAsync($"question {i}");
        }

        // What a kill in the middle of a write leaves.
        File.AppendAllText(path, """{"key":"0123""");
        using var second = RealClient.Guarded(server, new ChatGuardOptions { JournalPath = path });
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => second.AskAsync($"question {i}")));

        Assert.All(answers, (text, i) => Assert.Equal($"to question {i}", text));
        Assert.Equal((25, 25), (second.Usage.AnsweredCalls, second.Usage.ReplayedAnswers));
        Assert.Equal(50, server.Answered.Count);
        Assert.All(server.Answered.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task Streaming_GivesTheWholeGuardedAnswer()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of("fine"));
        using var client = RealClient.Guarded(server, new ChatGuardOptions { JournalPath = folder.PathOf("journal.jsonl") });

        for (var i = 0; i < 2; i++)
        {
            var updates = client.GetStreamingResponseAsync("hello", cancellationToken: Cancellation);
            Assert.Equal("fine", (await updates.ToChatResponseAsync(Cancellation)).Text);
        }

        Assert.Equal((1, 1), (client.Usage.AnsweredCalls, client.Usage.ReplayedAnswers));
    }

    [Theory]
    [InlineData(nameof(ChatGuardOptions.JournalPath))]
    [InlineData(nameof(ChatGuardOptions.Concurrency))]
    [InlineData(nameof(ChatGuardOptions.MaxRetries))]
    [InlineData(nameof(ChatGuardOptions.FirstDelay))]
    [InlineData(nameof(ChatGuardOptions.LongestDelay))]
    [InlineData(nameof(ChatGuardOptions.LongestRetryAfter))]
    [InlineData(nameof(ChatGuardOptions.Timeout))]
    [InlineData(nameof(ChatGuardOptions.CancellationGrace))]
    public void GuardOption_OutOfRange_IsNamed(string name)
    {
        var negative = TimeSpan.FromSeconds(-1);
        var options = name switch
        {
            nameof(ChatGuardOptions.JournalPath) => new ChatGuardOptions { JournalPath = " " },
            nameof(ChatGuardOptions.Concurrency) => new ChatGuardOptions { Concurrency = 0 },
            nameof(ChatGuardOptions.MaxRetries) => new ChatGuardOptions { MaxRetries = -1 },
            nameof(ChatGuardOptions.FirstDelay) => new ChatGuardOptions { FirstDelay = negative },
            nameof(ChatGuardOptions.LongestDelay) => new ChatGuardOptions { LongestDelay = negative },
            nameof(ChatGuardOptions.LongestRetryAfter) => new ChatGuardOptions { LongestRetryAfter = negative },
            nameof(ChatGuardOptions.Timeout) => new ChatGuardOptions { Timeout = TimeSpan.Zero },
            _ => new ChatGuardOptions { CancellationGrace = negative },
        };

        var problem = Assert.Throws<ArgumentException>(options.Validate);

        Assert.Contains($"ChatGuardOptions.{name} is ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BudgetOption_OutOfRange_IsNamed()
    {
        (string Name, ChatBudget Budget)[] invalid =
        [
            (nameof(ChatBudget.MaxCalls), new() { MaxCalls = -1 }),
            (nameof(ChatBudget.MaxTokens), new() { MaxTokens = -1 }),
            (nameof(ChatBudget.MaxCost), new() { MaxCost = -1 }),
            (nameof(ChatBudget.MaxCost), new() { MaxCost = 1 }),
            (nameof(ChatBudget.InputPricePerMillion), new() { InputPricePerMillion = -1 }),
            (nameof(ChatBudget.OutputPricePerMillion), new() { OutputPricePerMillion = -1 }),
        ];

        Assert.All(invalid, option => Assert.Contains(
            $"ChatBudget.{option.Name} is ",
            Assert.Throws<ArgumentException>(new ChatGuardOptions { Budget = option.Budget }.Validate).Message,
            StringComparison.Ordinal));
    }

    private static async Task CopyLockedAsync(string from, string to)
    {
        using var copy = Process.Start("cp", [from, to]);
        await copy.WaitForExitAsync(Cancellation);
        Assert.Equal(0, copy.ExitCode);
    }
}
