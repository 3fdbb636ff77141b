using System.Globalization;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tests.Demonstrations.Chat;

namespace MLNet.ConvRec.Tests.Demonstrations.Reflect;

public sealed partial class ChatJudgeTests
{
    private static readonly Dialogue Asked = Dialogue.FromUser("Something scary please", "d-1");

    private static readonly CatalogItem[] Items =
        [.. Enumerable.Range(0, 60).Select(i => new CatalogItem { Title = $"Film {i}", Year = 1960 + i })];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Grades_GoToTheirCandidates()
    {
        await using var server = await ChatServer.StartAsync(question => ChatReply.Of(GradeByTitle(question)));
        var judge = new ChatJudge(RealClient.Of(server));

        var grades = await judge.RateAsync(Asked, Items, 2, Cancellation);

        Assert.Equal(Items.Select((_, i) => Truth(i)), grades);
        Assert.Equal((60, 0), (judge.GradedCount, judge.UngradedCount));
        Assert.Equal([10, 25, 25], server.Questions.Select(question => Shown(question).Length).Order());
        Assert.All(server.Questions, question => Assert.Contains("from -2 ", question.Prompt, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Order_DependsOnSeedAndDialogueAlone()
    {
        var order = await ShownAsync(new ChatJudgeOptions { BatchSize = 100 }, Asked);

        Assert.NotEqual(Items.Select(item => item.Title), order);
        Assert.Equal(order.Order(), Items.Select(item => item.Title).Order());
        Assert.Equal(order, await ShownAsync(new ChatJudgeOptions { BatchSize = 100 }, Asked));
        Assert.NotEqual(order, await ShownAsync(new ChatJudgeOptions { BatchSize = 100, Seed = 1 }, Asked));
        Assert.NotEqual(order, await ShownAsync(new ChatJudgeOptions { BatchSize = 100 }, Asked with { Id = "d-2" }));

        static async Task<string[]> ShownAsync(ChatJudgeOptions options, Dialogue dialogue)
        {
            await using var server = await ChatServer.StartAsync();
            await new ChatJudge(RealClient.Of(server), options).RateAsync(dialogue, Items, 2, Cancellation);
            return Shown(Assert.Single(server.Questions));
        }
    }

    [Fact]
    public async Task TwoOrders_CancelWhatAPlaceIsWorth()
    {
        // A judge that knows nothing but places: the first half of what it is shown is good, the second bad.
        await using var server = await ChatServer.StartAsync(question =>
            ChatReply.Of(string.Join('\n', Enumerable.Range(1, 60).Select(number => $"{number}: {(number <= 30 ? 2 : -2)}"))));
        var once = await new ChatJudge(RealClient.Of(server), new ChatJudgeOptions { BatchSize = 60 })
            .RateAsync(Asked, Items, 2, Cancellation);
        var twice = await new ChatJudge(RealClient.Of(server), new ChatJudgeOptions { BatchSize = 60, Orders = 2 })
            .RateAsync(Asked, Items, 2, Cancellation);

        Assert.All(once, grade => Assert.Equal(2, Math.Abs(grade)));
        Assert.All(twice, grade => Assert.Equal(0, grade));
        Assert.Equal(3, server.Questions.Count);
        Assert.Equal(2, server.Questions.Select(question => question.Prompt).Distinct().Count());
    }

    [Fact]
    public async Task AnswerWithoutGrades_CountsAsZeroAndIsCounted()
    {
        await using var server = await ChatServer.StartAsync(question =>
            ChatReply.Of(Shown(question).Length == 10 ? "I would rather not." : GradeByTitle(question)));
        var judge = new ChatJudge(RealClient.Of(server));

        var grades = await judge.RateAsync(Asked, Items, 2, Cancellation);

        Assert.Equal((50, 10), (judge.GradedCount, judge.UngradedCount));
        Assert.True(grades.Count(grade => grade == 0) >= 10);
    }

    [Fact]
    public async Task NoCandidates_NothingIsAsked()
    {
        await using var server = await ChatServer.StartAsync();

        Assert.Empty(await new ChatJudge(RealClient.Of(server)).RateAsync(Asked, [], 2, Cancellation));

        Assert.Empty(server.Questions);
    }

    [Fact]
    public async Task Options_AreSent()
    {
        await using var server = await ChatServer.StartAsync();
        var options = new ChatJudgeOptions
        {
            ModelId = "another",
            Temperature = 0.5f,
            MaxOutputTokens = 99,
            Prompts = new ChatPrompts { ItemKind = "film" },
        };

        await new ChatJudge(RealClient.Of(server), options).RateAsync(Asked, Items[..2], 3, Cancellation);

        var question = Assert.Single(server.Questions);
        Assert.Equal(("another", 0.5), (question.Model, question.Body.GetProperty("temperature").GetDouble()));
        Assert.Contains("99", question.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("to +3 ", question.Prompt, StringComparison.Ordinal);
        Assert.Contains("Seeker: Something scary please\n", question.Prompt, StringComparison.Ordinal);
        Assert.Contains("of the kind \"film\"", question.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Option_OutOfRange_IsNamed()
    {
        await using var server = await ChatServer.StartAsync();
        using var client = RealClient.Of(server);
        (string Name, ChatJudgeOptions Options)[] invalid =
        [
            (nameof(ChatJudgeOptions.BatchSize), new() { BatchSize = 0 }),
            (nameof(ChatJudgeOptions.Orders), new() { Orders = 0 }),
            (nameof(ChatJudgeOptions.Temperature), new() { Temperature = 3 }),
            (nameof(ChatJudgeOptions.MaxOutputTokens), new() { MaxOutputTokens = 0 }),
            (nameof(ChatJudgeOptions.ModelId), new() { ModelId = " " }),
        ];

        Assert.All(invalid, option => Assert.Contains(
            $"ChatJudgeOptions.{option.Name} is ",
            Assert.Throws<ArgumentException>(() => new ChatJudge(client, option.Options)).Message,
            StringComparison.Ordinal));
    }

    private static double Truth(int item) => (item % 5) - 2;

    private static string GradeByTitle(ChatQuestion question) =>
        string.Join('\n', Shown(question).Select((title, i) => FormattableString.Invariant(
            $"{i + 1}: {Truth(int.Parse(title["Film ".Length..], CultureInfo.InvariantCulture)):+0;-0;0}")));

    private static string[] Shown(ChatQuestion question) =>
        [.. Candidate().Matches(question.Prompt).Select(match => match.Groups["title"].Value)];

    [GeneratedRegex(@"^\d+\. (?<title>Film \d+) \(\d{4}\)$", RegexOptions.Multiline)]
    private static partial Regex Candidate();
}
