using System.Diagnostics;
using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Demonstrations;
using MLNet.ConvRec.Tests.Demonstrations.Chat;

namespace MLNet.ConvRec.Tool.Tests.Demonstrate;

public sealed class DemonstrateChatTests : IDisposable
{
    private const int Kills = 20;

    private readonly TemporaryFolder _folder = new();
    private readonly string _catalog, _train, _dialogues;

    public DemonstrateChatTests()
    {
        (_catalog, _train, _dialogues) = (_folder.PathOf("catalog.jsonl"), _folder.PathOf("train.jsonl"), _folder.PathOf("valid.jsonl"));
        SmallWorld.Catalog.Save(_catalog);
        DialogueFile.Write(_train, SmallWorld.Train(30));
        DialogueFile.Write(_dialogues, Enumerable.Range(900, 8).SelectMany(SmallWorld.Conversation));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledAtTwentyRandomMoments_EndsInTheSameBytes_AndPaysForNothingTwice()
    {
        await using var server = await ChatServer.StartAsync(question => Answer(question) with { Delay = TimeSpan.FromMilliseconds(30) });
        var clock = Stopwatch.StartNew();
        var undisturbed = await ToolProcess.RunAsync(ToolProcess.Folder, Arguments(server, "undisturbed"));
        var whole = clock.Elapsed;
        Assert.Equal((0, ""), (undisturbed.ExitCode, undisturbed.Error));
        var all = Journaled("undisturbed").Count;
        Assert.Equal(server.Questions.Select(question => Reference(question.Prompt)).Order(), Journaled("undisturbed").Order());

        var random = new Random(1);
        List<int> answersAtKill = [];
        while (answersAtKill.Count < Kills)
        {
            // In turn at any moment, while it starts too, and once some answers more were journaled, however fast the machine is just now.
            var moment = TimeProvider.System.GetTimestamp();
            var (time, answers) = (whole * random.NextDouble(), Journaled("killed").Count + 1 + random.Next(all / 4));
            Func<bool> isMoment = answersAtKill.Count % 2 == 0
                ? () => TimeProvider.System.GetElapsedTime(moment) >= time
                : () => Journaled("killed").Count >= answers;
            if (await RunWatchedAsync(server, isMoment) == ToolProcess.Killed)
            {
                answersAtKill.Add(Journaled("killed").Count);
                continue;
            }

            // It was done before its moment came, with all the answers of earlier ones: the next begins with none.
            AssertWholeAndTheSame();
            Forget("killed");
        }

        Assert.Equal(0, await RunWatchedAsync(server, () => false));
        AssertWholeAndTheSame();
        TestContext.Current.TestOutputHelper?.WriteLine($"of {all} answers in the journal at each kill: {string.Join(' ', answersAtKill)}");
        Assert.True(answersAtKill.Distinct().Count(answers => answers > 0 && answers < all) >= 3, "too few kills while answers came");
    }

    // One run; what stood in the journal before it may not be asked for in it. Returns its exit code.
    private async Task<int> RunWatchedAsync(ChatServer server, Func<bool> isMoment)
    {
        var before = Journaled("killed");
        var first = server.Questions.Count;
        var exitCode = await ToolProcess.RunUntilAsync(ToolProcess.Folder, isMoment, Arguments(server, "killed"));
        Assert.Contains(exitCode, (int[])[0, ToolProcess.Killed]);
        Assert.DoesNotContain(server.Questions.Skip(first), question => before.Contains(Reference(question.Prompt)));
        return exitCode;
    }

    private void AssertWholeAndTheSame()
    {
        foreach (var file in (string[])["", "-lists"])
            Assert.Equal(File.ReadAllBytes(_folder.PathOf($"undisturbed{file}.jsonl")), File.ReadAllBytes(_folder.PathOf($"killed{file}.jsonl")));
        Assert.Equal(Journaled("undisturbed"), Journaled("killed"));
    }

    private void Forget(string name)
    {
        Directory.Delete(_folder.PathOf($"{name}-journal"), recursive: true);
        File.Delete(_folder.PathOf($"{name}.jsonl"));
        File.Delete(_folder.PathOf($"{name}-lists.jsonl"));
    }

    [Fact]
    public async Task FinishedRun_IsRepeatedWithoutTheServer()
    {
        string[] arguments;
        await using (var server = await ChatServer.StartAsync(Answer))
        {
            arguments = Arguments(server, "first");
            Assert.Equal(0, (await Run.Of(arguments)).ExitCode);
        }

        File.Delete(_folder.PathOf("first.jsonl"));
        var again = await Run.Of(arguments);

        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        Assert.Contains("0 calls answered", again.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.PathOf("first.jsonl")));
    }

    [Fact]
    public async Task SpentBudget_IsOneSentence_AndTheNextRunGoesOn()
    {
        await using var server = await ChatServer.StartAsync(Answer);

        var stopped = await Run.Of([.. Arguments(server, "paid"), "--chat-budget", "calls=25"]);

        Assert.Contains("budget", stopped.Sentence, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(25, server.Answered.Values.Sum());
        Assert.False(File.Exists(_folder.PathOf("paid.jsonl")));
        Assert.Equal(0, (await Run.Of(Arguments(server, "paid"))).ExitCode);
        Assert.All(server.Answered.Values, count => Assert.Equal(1, count));
    }

    // A prompt and an answer are 110 tokens, and at these prices 0.0002.
    [Theory]
    [InlineData("tokens=1500", "ChatBudget.MaxTokens = 1500", 14)]
    [InlineData("cost=0.004", "ChatBudget.MaxCost = 0.004", 20)]
    public async Task SpentTokensOrMoney_StopBeforeTheNextCall(string budget, string limit, int calls)
    {
        await using var server = await ChatServer.StartAsync(Answer);

        var stopped = await Run.Of([.. Arguments(server, "paid", concurrency: 1), "--chat-budget", budget, "--chat-price", "input=1,output=10"]);

        Assert.Contains(limit, stopped.Sentence, StringComparison.Ordinal);
        Assert.Equal(calls, server.Answered.Values.Sum());
        Assert.Contains($"{calls} calls answered in {calls} attempts", stopped.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("paid.jsonl")));
    }

    [Fact]
    public async Task TwoOrders_AskTheJudgeTwice()
    {
        await using var server = await ChatServer.StartAsync(Answer);

        Assert.Equal(0, (await Run.Of([.. Arguments(server, "once")])).ExitCode);
        var once = Judged(server);
        Assert.Equal(0, (await Run.Of([.. Arguments(server, "twice"), "--judge-orders", "2"])).ExitCode);

        Assert.Equal(3 * once, Judged(server));
        Assert.Equal(2 * once, server.Questions.Where(IsForGrades).Select(question => question.Prompt).Distinct().Count());

        static int Judged(ChatServer server) => server.Questions.Count(IsForGrades);
        static bool IsForGrades(ChatQuestion question) => question.Prompt.Contains("Grade each", StringComparison.Ordinal);
    }

    [Fact]
    public async Task JudgeThatAnswersInProse_IsCountedAndTold()
    {
        await using var server = await ChatServer.StartAsync(question => question.Prompt.Contains("Grade each", StringComparison.Ordinal)
            ? ChatReply.Of("They would all be lovely, wouldn't they?")
            : Answer(question));

        var run = await Run.Of([.. Arguments(server, "prose"), "--candidates", "10"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Judge: 0 candidates graded, 160 without a grade that could be read; those count as 0.", run.Output, StringComparison.Ordinal);
        Assert.Contains("m, prompts 1: ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("remap,reflect,adjust")]
    public async Task TeacherThatAnswersNonsense_IsCountedAndTold(string without)
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of("Colourless green ideas sleep furiously tonight.\n???\n"));

        var run = await Run.Of([.. Arguments(server, "nonsense"), "--without", without]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(
            "Teacher's lists: 16 dialogues, 0 without a list; 0 lines name something, 0 of them items of the catalog, 0 repeat one; 32 could not be "
            + "read. The lists name no item of the catalog at all, so that they tell nothing;",
            run.Output,
            StringComparison.Ordinal);
        var length = without.Length == 0 ? 20 : 0; // what train and the dialogue say, or the teacher alone
        Assert.All(RecommendationFile.Read(_folder.PathOf("nonsense-lists.jsonl")), list => Assert.Equal(length, list.Recommendations.Count));
    }

    [Fact]
    public async Task WrongKey_IsOneSentence()
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Error(401, "no such key"));

        var run = await Run.Of(Arguments(server, "refused"));

        Assert.Contains("401", run.Sentence, StringComparison.Ordinal);
        Assert.Contains("no such key", run.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embeddings_AreAskedForRemap()
    {
        await using var server = await ChatServer.StartAsync(Answer);
        var run = await Embedded(server, "embedded");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(16, RecommendationFile.Read(_folder.PathOf("embedded.jsonl")).Count());
    }

    [Fact]
    public async Task EmbeddingsThatFailForAWhile_AreAskedForAgain()
    {
        await using var server = await ChatServer.StartAsync(Answer);
        server.FailingEmbeddings = 2;

        Assert.Equal((0, ""), Outcome(await Embedded(server, "tried")));
        server.FailingEmbeddings = int.MaxValue;
        var refused = await Embedded(server, "refused");

        Assert.Contains("The embedding model gave no answer: ", refused.Sentence, StringComparison.Ordinal);
        Assert.Contains("too many texts", refused.Sentence, StringComparison.Ordinal);

        static (int ExitCode, string Error) Outcome(Run run) => (run.ExitCode, run.Error);
    }

    private Task<Run> Embedded(ChatServer server, string name) => Run.Of([
        "demonstrate", "--catalog", _catalog, "--train", _train, "--dialogues", _dialogues, "--recommendations", _folder.PathOf($"{name}.jsonl"),
        "--embeddings", "words", "--chat-endpoint", server.Endpoint.ToString()]);

    private string[] Arguments(ChatServer server, string name, int concurrency = 4) =>
    [
        "demonstrate", "--catalog", _catalog, "--train", _train, "--dialogues", _dialogues, "--teacher", "chat:m", "--judge", "chat:m",
        "--chat-endpoint", server.Endpoint.ToString(), "--chat-journal", _folder.PathOf($"{name}-journal"),
        "--chat-concurrency", concurrency.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "--output", _folder.PathOf($"{name}.jsonl"), "--recommendations", _folder.PathOf($"{name}-lists.jsonl"),
    ];

    private HashSet<string> Journaled(string name)
    {
        var path = Path.Combine(_folder.PathOf($"{name}-journal"), "m.jsonl");
        if (!File.Exists(path))
            return [];
        var written = File.ReadAllText(path);
        var whole = written[..(written.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. whole.Select(line => JsonElement.Parse(line).GetProperty("text").GetString()!.Split('\n')[^1])];
    }

    // Twenty films by the prompt, for the judge as well, whose grades are the numbers in front; the last line tells which prompt it was.
    private static ChatReply Answer(ChatQuestion question)
    {
        var random = new Random(question.Prompt.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)));
        var lines = Enumerable.Range(1, 20).Select(line => $"{line}: {random.Next(-2, 3)} {SmallWorld.Catalog.Items[random.Next(40)].Reference}");
        return ChatReply.Of(string.Join('\n', [.. lines, Reference(question.Prompt)]));
    }

    private static string Reference(string prompt) =>
        "reference " + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(prompt)))[..16] + ".";
}
