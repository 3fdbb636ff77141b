using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Dialogues;

public sealed class DialogueFileTests : IDisposable
{
    private const string Good = """{"id":"a-1","turns":[{"role":"user","text":"Hi"}]}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WholeLine_IsRead()
    {
        var path = _folder.WithLines(
            "d.jsonl",
            """{"id":"redial-419-1","extra":{"deep":[1,2]},"""
            + """ "turns":[{"role":"user","text":"Hi \"you\""},{"role":"assistant","text":"","mood":3}],"""
            + """ "seen":[{"title":"Amélie","year":2001,"x":0},{"title":"Chess"}],"groundTruth":[{"title":"It","year":2017.0}],"candidates":[{"title":"Up"}]}""");

        var dialogue = Assert.Single(DialogueFile.Read(path));

        Assert.Equal("redial-419-1", dialogue.Id);
        Assert.Equal("redial-419", dialogue.ConversationId);
        Assert.Equal([new Turn(Role.User, "Hi \"you\""), new Turn(Role.Assistant, "")], dialogue.Turns);
        Assert.Equal([new ItemReference("Amélie", 2001), new ItemReference("Chess")], dialogue.Seen);
        Assert.Equal([new ItemReference("It", 2017)], dialogue.GroundTruth);
        Assert.Equal([new ItemReference("Up")], dialogue.Candidates);
    }

    [Theory]
    [InlineData("""{"id":"a","turns":[{"role":"user","text":"Hi"}]}""")]
    [InlineData("""{"id":"a","turns":[{"role":"user","text":"Hi"}],"seen":null,"groundTruth":null,"candidates":null}""")]
    public void AbsentLists_AreUnknownSeenNoTruthAndAllCandidates(string line)
    {
        var dialogue = Assert.Single(DialogueFile.Read(_folder.WithLines("d.jsonl", line)));

        Assert.Null(dialogue.Seen);
        Assert.Null(dialogue.Candidates);
        Assert.Empty(dialogue.GroundTruth);
    }

    [Fact]
    public void EmptySeen_IsKnownToBeEmpty()
    {
        var path = _folder.WithLines("d.jsonl", """{"id":"a","turns":[{"role":"user","text":"Hi"}],"seen":[]}""");

        Assert.Empty(Assert.Single(DialogueFile.Read(path)).Seen!);
    }

    [Theory]
    [InlineData("{\"id\":\"a\",", "not valid JSON")]
    [InlineData("""[{"id":"a"}]""", "not a JSON object")]
    [InlineData("""{"turns":[{"role":"user","text":"Hi"}]}""", "\"id\" is missing or blank")]
    [InlineData("""{"id":" ","turns":[{"role":"user","text":"Hi"}]}""", "\"id\" is missing or blank")]
    [InlineData("""{"id":7,"turns":[{"role":"user","text":"Hi"}]}""", "\"id\" is 7; it must be a text")]
    [InlineData("""{"id":"a"}""", "\"turns\" is missing; add it like")]
    [InlineData("""{"id":"a","turns":"Hi"}""", "\"turns\" must be a list of objects")]
    [InlineData("""{"id":"a","turns":["Hi"]}""", "\"turns\" must be a list of objects")]
    [InlineData("""{"id":"a","turns":[{"role":"system","text":"Hi"}]}""", "unknown role \"system\"; use \"user\" or \"assistant\"")]
    [InlineData("""{"id":"a","turns":[{"text":"Hi"}]}""", "\"role\" is missing")]
    [InlineData("""{"id":"a","turns":[{"role":"user"}]}""", "\"text\" is missing")]
    [InlineData("""{"id":"a","turns":[]}""", "the dialogue is empty; give it at least one turn with a text")]
    [InlineData("""{"id":"a","turns":[{"role":"user","text":" \n"}]}""", "the dialogue is empty")]
    [InlineData("""{"id":"a","turns":[{"role":"user","text":"Hi"}],"seen":[{"title":"It","year":"2017"}]}""", "\"year\" is \"2017\"; it")]
    [InlineData("""{"id":"a","turns":[{"role":"user","text":"Hi"}],"seen":[{"title":"It","year":2017.5}]}""", "\"year\" is 2017.5")]
    [InlineData("""{"id":"a","turns":[{"role":"user","text":"Hi"}],"groundTruth":[{"title":"It","year":0}]}""", "\"year\" is 0")]
    [InlineData("""{"id":"a","turns":[{"role":"user","text":"Hi"}],"candidates":["It"]}""", "\"candidates\" must be a list of objects")]
    [InlineData("""{"id":"a","turns":[{"role":"user","text":"Hi"}],"seen":[{"year":2017}]}""", "\"title\" is missing or blank")]
    [InlineData("""{"id":"a","turns":[{"role":"user","text":"Hi"}],"groundTruth":[{"title":""}]}""", "\"title\" is missing or blank")]
    [InlineData("""{"id":"a","turns":[{"role":"user","text":"\ud83d"}]}""", "half of a surrogate pair")]
    public void MalformedLine_IsOneSentenceWithFileAndLine(string line, string problem)
    {
        var path = _folder.WithLines("d.jsonl", Good, "", line, Good);

        var error = Assert.Throws<InvalidDataException>(() => DialogueFile.Read(path).ToList());

        Assert.StartsWith($"{path}, line 3: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void SkipInvalid_LeavesOutAndListsEveryBadLine()
    {
        var path = _folder.WithLines("d.jsonl", Good, "{", """{"id":"b","turns":[]}""", Good.Replace("a-1", "c", StringComparison.Ordinal));
        var skipped = new List<InvalidLine>();

        var read = DialogueFile.Read(path, new DialogueReadOptions { SkipInvalid = true, OnInvalid = skipped.Add }).ToList();

        Assert.Equal(["a-1", "c"], read.Select(dialogue => dialogue.Id));
        Assert.Equal([2L, 3L], skipped.Select(line => line.Line));
        Assert.All(skipped, line => Assert.StartsWith($"{path}, line {line.Line}: ", line.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void ListenerWithoutSkipInvalid_StillThrows()
    {
        var path = _folder.WithLines("d.jsonl", "{");

        Assert.Throws<InvalidDataException>(() => DialogueFile.Read(path, new DialogueReadOptions { OnInvalid = _ => { } }).ToList());
    }

    [Fact]
    public void MissingFile_ThrowsAtTheCall()
    {
        var path = _folder.PathOf("none.jsonl");

        var error = Assert.Throws<FileNotFoundException>(() => { DialogueFile.Read(path); });

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("d.jsonl")]
    [InlineData("d.jsonl.gz")]
    [InlineData("d.parquet")]
    public void WrittenDialogues_AreReadBack(string name)
    {
        Dialogue[] dialogues =
        [
            new() { Id = "a-1", Turns = [new Turn(Role.User, "line\nbreak, \"quote\", é 😀 </script>")], Seen = [] },
            new() { Id = "b", Turns = [new Turn(Role.Assistant, "Hi"), new Turn(Role.User, "")], GroundTruth = [new("Amélie", 2001)] },
            new() { Id = "c", Turns = [new Turn(Role.User, "x")], Seen = [new ItemReference("Chess"), new ItemReference("Beowulf", 800)] },
            new() { Id = "d", Turns = [new Turn(Role.User, "x")], Candidates = [new ItemReference("Chess"), new ItemReference("Beowulf", 800)] },
        ];

        DialogueFile.Write(_folder.PathOf(name), dialogues);

        Assert.Equivalent(dialogues, DialogueFile.Read(_folder.PathOf(name)).ToArray(), strict: true);
        Assert.Equal([name], _folder.Names);
    }

    [Fact]
    public void FailureWhileWriting_LeavesTheOldFileAndNothingElse()
    {
        var path = _folder.WithLines("d.jsonl", Good);

        Assert.Throws<InvalidDataException>(() => DialogueFile.Write(path, DialogueFile.Read(_folder.WithLines("bad.jsonl", Good, "{"))));

        Assert.Equal(Good + "\n", File.ReadAllText(path));
        Assert.Equal(["bad.jsonl", "d.jsonl"], _folder.Names);
    }

    [Fact]
    public void FileRewrittenFromItself_IsWhole()
    {
        var path = _folder.WithLines("d.jsonl", Good, Good);

        DialogueFile.Write(path, DialogueFile.Read(path).Take(1));

        Assert.Equal("a-1", Assert.Single(DialogueFile.Read(path)).Id);
    }
}
