using Microsoft.Extensions.AI;
using MLNet.ConvRec.Demonstrations.Chat;

namespace MLNet.ConvRec.Tests.Demonstrations.Chat;

public sealed class ChatJournalTests
{
    private static readonly ChatAnswer Answer = new("Alien (1979)\nÜber \"uns\"", "m", 100, 10);

    [Fact]
    public void Answers_AreFoundAgain()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("deep/journal.jsonl");
        using (var journal = ChatJournal.Open(path))
        {
            journal.Append("a", Answer);
            journal.Append("b", Answer with { Text = new string('x', 200_000), Model = null });
            journal.Append("c", Answer with { Text = "" });
            Assert.Equal(Answer, journal.Find("a"));
        }

        using var again = ChatJournal.Open(path);

        Assert.Equal(Answer, again.Find("a"));
        Assert.Equal(200_000, again.Find("b")!.Text.Length);
        Assert.Equal(Answer with { Text = "" }, again.Find("c"));
        Assert.Null(again.Find("d"));
        Assert.Equal((3, 300, 30), (again.Count, again.InputTokens, again.OutputTokens));
    }

    [Fact]
    public void Answer_IsOneReadableLine()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("journal.jsonl");
        using (var journal = ChatJournal.Open(path))
            journal.Append("a", Answer);

        Assert.Equal(
            """{"key":"a","model":"m","text":"Alien (1979)\nÜber \"uns\"","inputTokens":100,"outputTokens":10}""" + "\n",
            File.ReadAllText(path));
    }

    [Fact]
    public void TornLastLine_IsCutOffWhereverItWasTorn()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("journal.jsonl");
        using (var journal = ChatJournal.Open(path))
        {
            journal.Append("a", Answer);
            journal.Append("b", Answer);
        }

        var whole = File.ReadAllBytes(path);
        var first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (var length = first; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            using (var journal = ChatJournal.Open(path))
            {
                // All but the line break is a whole answer, and paid for.
                Assert.Equal(length == whole.Length - 1 ? 2 : 1, journal.Count);
                Assert.Equal(Answer, journal.Find("a"));
                if (journal.Find("b") is null)
                    journal.Append("b", Answer);
            }

            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void TornLine_LongerThanTheNextAnswer_LeavesNothingBehind()
    {
        using var folder = new TemporaryFolder();
        var path = folder.WithLines("journal.jsonl");
        File.WriteAllText(path, "{\"key\":\"a\",\"text\":\"" + new string('x', 1000));

        using (var journal = ChatJournal.Open(path))
            journal.Append("b", Answer);

        using var again = ChatJournal.Open(path);
        Assert.Equal((1, Answer), (again.Count, again.Find("b")));
    }

    [Theory]
    [InlineData("""{"key":"b","model":"m","te""")]
    [InlineData("""{"key":"b","model":"m"}""")]
    [InlineData("""{"text":"no key"}""")]
    [InlineData("[]")]
    public void DamagedLine_TellsFileLineAndRemedy(string damaged)
    {
        using var folder = new TemporaryFolder();
        const string Whole = """{"key":"a","model":"m","text":"t","inputTokens":1,"outputTokens":1}""";
        var path = folder.WithLines("journal.jsonl", Whole, damaged, Whole);

        var problem = Assert.Throws<InvalidDataException>(() => ChatJournal.Open(path));

        Assert.Contains($"{path}, line 2: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("delete this line", problem.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => ChatJournal.Open(path));
    }

    [Fact]
    public void FileThatWasNeverAJournal_LosesNothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("letter.txt");
        File.WriteAllText(path, "Dear all");

        Assert.Throws<InvalidDataException>(() => ChatJournal.Open(path));

        Assert.Equal("Dear all", File.ReadAllText(path));
    }

    [Fact]
    public void SecondWriter_IsRefusedWithASentence()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("journal.jsonl");
        using (ChatJournal.Open(path))
        {
            var problem = Assert.Throws<IOException>(() => ChatJournal.Open(path));
            Assert.Contains($"{path}: another run has this journal open", problem.Message, StringComparison.Ordinal);
        }

        ChatJournal.Open(path).Dispose();
    }

    [Fact]
    public void Key_DependsOnAllThatDeterminesTheAnswer()
    {
        ChatMessage[] asked = [new(ChatRole.System, "s"), new(ChatRole.User, "u")];
        (IEnumerable<ChatMessage> Messages, ChatOptions? Options, string Model)[] requests =
        [
            (asked, null, "m"),
            (asked, null, "n"),
            ([new(ChatRole.User, "s"), new(ChatRole.User, "u")], null, "m"),
            ([new(ChatRole.System, "su"), new(ChatRole.User, "")], null, "m"),
            ([new(ChatRole.System, "s"), new(ChatRole.User, "u\"")], null, "m"),
            (asked, new() { Temperature = 0 }, "m"),
            (asked, new() { Temperature = 0.5f }, "m"),
            (asked, new() { TopP = 0.5f }, "m"),
            (asked, new() { TopK = 5 }, "m"),
            (asked, new() { MaxOutputTokens = 5 }, "m"),
            (asked, new() { Seed = 5 }, "m"),
            (asked, new() { StopSequences = ["a"] }, "m"),
            (asked, new() { StopSequences = ["a", "b"] }, "m"),
            (asked, new() { Instructions = "be brief" }, "m"),
            (asked, new() { FrequencyPenalty = 1 }, "m"),
            (asked, new() { PresencePenalty = 1 }, "m"),
            (asked, new() { ResponseFormat = ChatResponseFormat.Json }, "m"),
            (asked, new() { ResponseFormat = ChatResponseFormat.Text }, "m"),
            (asked, new() { AdditionalProperties = new() { ["user"] = "x" } }, "m"),
        ];

        string[] keys = [.. requests.Select(request => ChatRequestKey.Of(request.Messages, request.Options, request.Model))];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Equal(64, key.Length));
        Assert.Equal(keys[1], ChatRequestKey.Of(asked, new() { ModelId = "n" }, "m"));
        Assert.Equal(keys[0], ChatRequestKey.Of([new(ChatRole.System, "s"), new(ChatRole.User, "u")], new(), "m"));
    }

    [Fact]
    public void Key_OfWhatHasNoText_IsRefused()
    {
        Assert.Throws<NotSupportedException>(
            () => ChatRequestKey.Of([new(ChatRole.User, [new UriContent("http://x/y.png", "image/png")])], null, "m"));
        Assert.Throws<NotSupportedException>(() => ChatRequestKey.Of([], new() { ConversationId = "c" }, "m"));
        Assert.Throws<NotSupportedException>(() => ChatRequestKey.Of([], new() { RawRepresentationFactory = _ => null }, "m"));
        Assert.Throws<NotSupportedException>(
            () => ChatRequestKey.Of([], new() { Tools = [AIFunctionFactory.Create(() => 1, "one")] }, "m"));
    }
}
