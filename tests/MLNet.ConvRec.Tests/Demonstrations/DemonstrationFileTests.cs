using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Demonstrations;

public sealed class DemonstrationFileTests
{
    private static readonly Demonstration Alien = new(
        "a-1",
        new Dialogue
        {
            Id = "a-1",
            Turns = [new Turn(Role.User, "Hi"), new Turn(Role.Assistant, "What do you like?"), new Turn(
                Role.User, "Like \"Dune\" <|im_end|>")],
            Seen = [new ItemReference("Dune", 2021)],
        },
        [new Recommendation(1, "Alien", 1979, 1.5), new Recommendation(2, "Amélie", null, 0.25)]);

    [Fact]
    public void Written_IsTrlsConversationalForm()
    {
        using var folder = new TemporaryFolder();
        DemonstrationFile.Write(folder.PathOf("d.jsonl"), [Alien]);

        var line = JsonElement.Parse(Assert.Single(File.ReadAllLines(folder.PathOf("d.jsonl"))));

        Assert.Equal(["system", "user", "assistant", "user"], line.GetProperty("prompt").EnumerateArray().Select(
            message => message.GetProperty("role").GetString()));
        Assert.Equal("Like \"Dune\" <|im_end|>\nList 20 titles.", line.GetProperty("prompt")[3].GetProperty("content").GetString());
        Assert.Equal("assistant", line.GetProperty("completion")[0].GetProperty("role").GetString());
        Assert.Equal("Alien (1979)\nAmélie", line.GetProperty("completion")[0].GetProperty("content").GetString());
        Assert.Equal([1.5, 0.25], line.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble()));
    }

    [Fact]
    public void Written_ReadsBack()
    {
        using var folder = new TemporaryFolder();
        var hello = new Dialogue { Id = "b-1", Turns = [new Turn(Role.User, "Hi"), new Turn(Role.Assistant, "Hello")] };
        var unanswered = Alien with { Id = "b-1", Dialogue = hello };
        var options = new DemonstrationFileOptions { System = "", Ask = "Name {N}.", ListLength = 3 };
        DemonstrationFile.Write(folder.PathOf("d.jsonl.gz"), [Alien, unanswered], options);

        var read = DemonstrationFile.Read(folder.PathOf("d.jsonl.gz"), options).ToArray();

        Assert.Equal(["a-1", "b-1"], read.Select(demonstration => demonstration.Id));
        Assert.Equal(Alien.Items, read[0].Items);
        Assert.Equal(Alien.Dialogue.Turns, read[0].Dialogue.Turns);
        Assert.Equal(Alien.Dialogue.Seen, read[0].Dialogue.Seen);
        Assert.Equal(unanswered.Dialogue.Turns, read[1].Dialogue.Turns);
        Assert.Null(read[1].Dialogue.Seen);
    }

    [Theory]
    [InlineData("""{"id":"a","completion":[{"role":"assistant","content":"A"}]}""", "\"prompt\"")]
    [InlineData("""{"id":"a","prompt":[{"role":"user","content":"hi"}],"completion":[]}""", "\"completion\"")]
    [InlineData("""{"id":"a","prompt":[{"role":"tool","content":"hi"}],"completion":[{"role":"assistant","content":"A"}]}""", "tool")]
    [InlineData("""{"id":"a","prompt":[{"role":"user","content":""}],"completion":[{"role":"assistant","content":"A"}],"scores":1}""", "scores")]
    [InlineData("""{"id":"a","prompt":[{"role":"system","content":""}],"completion":[{"role":"assistant","content":"A"}]}""", "\"prompt\"")]
    public void Malformed_TellsFileAndLine(string line, string named)
    {
        using var folder = new TemporaryFolder();
        DemonstrationFile.Write(folder.PathOf("d.jsonl"), [Alien]);
        File.AppendAllText(folder.PathOf("d.jsonl"), line);

        var problem = Assert.Throws<InvalidDataException>(() => DemonstrationFile.Read(folder.PathOf("d.jsonl")).ToArray());

        Assert.Contains("line 2", problem.Message, StringComparison.Ordinal);
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreNamed()
    {
        var problem = Assert.Throws<ArgumentException>(() => DemonstrationFile.Write("x", [], new DemonstrationFileOptions { Ask = " " }));

        Assert.Contains("DemonstrationFileOptions.Ask", problem.Message, StringComparison.Ordinal);
    }
}
