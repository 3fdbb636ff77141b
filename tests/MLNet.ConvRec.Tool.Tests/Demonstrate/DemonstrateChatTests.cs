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
    public async Task KilledAtAnyMoment_EndsInTheSameBytes_AndPaysForNothingTwice()
    {
        await using var server = await ChatServer.StartAsync(question => Answer(question) with { Delay = TimeSpan.FromMilliseconds(30) });
        var clock = Stopwatch.StartNew();
        var undisturbed = await ToolProcess.RunAsync(ToolProcess.Folder, Arguments(server, "undisturbed"));
        var whole = clock.Elapsed;
        Assert.Equal((0, ""), (undisturbed.ExitCode, undisturbed.Error));
        var asked = server.Questions.Count;

        var random = new Random(1);
        var paidTwice = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
            await Watched(() => ToolProcess.RunForAsync(ToolProcess.Folder, whole * (0.1 + random.NextDouble()), Arguments(server, "killed")));
        await Watched(async () => Assert.Equal(0, (await ToolProcess.RunAsync(ToolProcess.Folder, Arguments(server, "killed"))).ExitCode));

        Assert.Empty(paidTwice);
        Assert.Equal(File.ReadAllBytes(_folder.PathOf("undisturbed.jsonl")), File.ReadAllBytes(_folder.PathOf("killed.jsonl")));
        Assert.Equal(File.ReadAllBytes(_folder.PathOf("undisturbed-lists.jsonl")), File.ReadAllBytes(_folder.PathOf("killed-lists.jsonl")));
        Assert.True(server.Questions.Count - asked >= asked, "the killed runs together asked all that the undisturbed one did");

        // What stood in the journal before a run is not asked for in it.
        async Task Watched(Func<Task> run)
        {
            var before = Journaled("killed");
            var first = server.Questions.Count;
            await run();
            paidTwice.AddRange(server.Questions.Skip(first).Select(question => Reference(question.Prompt)).Where(before.Contains));
        }
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
        var lists = _folder.PathOf("embedded.jsonl");

        var run = await Run.Of([
            "demonstrate", "--catalog", _catalog, "--train", _train, "--dialogues", _dialogues, "--recommendations", lists,
            "--embeddings", "words", "--chat-endpoint", server.Endpoint.ToString()]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(16, RecommendationFile.Read(lists).Count());
    }

    private string[] Arguments(ChatServer server, string name) =>
    [
        "demonstrate", "--catalog", _catalog, "--train", _train, "--dialogues", _dialogues, "--teacher", "chat:m", "--judge", "chat:m",
        "--chat-endpoint", server.Endpoint.ToString(), "--chat-journal", _folder.PathOf($"{name}-journal"), "--chat-concurrency", "4",
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
