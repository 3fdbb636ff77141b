using System.IO.Pipes;
using System.Text.Json.Serialization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using Parquet;
using Parquet.Serialization;

namespace MLNet.ConvRec.Tests.Dialogues;

public sealed class ParquetRowsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.PathOf("d.parquet");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ManyRowGroups_AreReadInOrder()
    {
        Dialogue[] dialogues = [.. Enumerable.Range(0, 12_000).Select(i => Dialogue.FromUser($"text {i}", $"d-{i}"))];

        DialogueFile.Write(Path, dialogues);

        using var file = File.OpenRead(Path);
        Assert.True(ParquetRows.IsParquet(file));
        Assert.Equal(dialogues.Select(dialogue => (dialogue.Id, dialogue.Turns[0].Text)), DialogueFile.Read(Path).Select(read => (read.Id, read.Turns[0].Text)));
    }

    // As other programs write them: lists of structs, years as numbers with a fraction, NaN for none.
    [Fact]
    public async Task ListsOfStructs_AreReadLikeJson()
    {
        await Write(new StructRow
        {
            Id = "a-1",
            Turns = [new() { Role = "user", Text = "Hi é" }, new() { Role = "assistant", Text = "" }],
            GroundTruth = [new() { Title = "Heat", Year = 1995.0 }, new() { Title = "Chess", Year = double.NaN }],
            Source = 7,
        });

        var dialogue = Assert.Single(DialogueFile.Read(Path));

        Assert.Equal("a-1", dialogue.Id);
        Assert.Equal([new Turn(Role.User, "Hi é"), new Turn(Role.Assistant, "")], dialogue.Turns);
        Assert.Equal([new ItemReference("Heat", 1995), new ItemReference("Chess")], dialogue.GroundTruth);
        Assert.Null(dialogue.Seen);
    }

    [Fact]
    public async Task BadRows_AreToldByNumber_AndCanBeSkipped()
    {
        const string Turns = """[{"role":"user","text":"Hi"}]""";
        await Write(
            new ParquetDialogue { Id = "a", Turns = Turns }, new ParquetDialogue { Id = "b", Turns = "[{" },
            new ParquetDialogue { Id = "c", Turns = Turns, Seen = "7" }, new ParquetDialogue { Id = "d", Turns = Turns });
        var told = new List<string>();

        var error = Assert.Throws<InvalidDataException>(() => DialogueFile.Read(Path).ToList());
        var kept = DialogueFile.Read(Path, new() { SkipInvalid = true, OnInvalid = line => told.Add(line.ToString()) }).Select(dialogue => dialogue.Id).ToList();

        Assert.Equal($"{Path}, line 2: \"turns\" is not valid JSON; write it as a line of JSONL would hold it.", error.Message);
        Assert.Equal(["a", "d"], kept);
        Assert.Equal([error.Message, $"{Path}, line 3: \"seen\" must be a list of objects, like [{{…}}, {{…}}]."], told);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.9)]
    public void FileCutShort_IsOneSentence(double share)
    {
        RecommendationFile.Write(Path, Enumerable.Range(0, 100).Select(i => new RecommendationList($"a-{i}", [new(1, $"Title {i}", 2000, i)])));
        var bytes = File.ReadAllBytes(Path);
        File.WriteAllBytes(Path, bytes[..(int)(share * bytes.Length)]);

        var error = Assert.Throws<InvalidDataException>(() => RecommendationFile.Read(Path).Count());

        Assert.StartsWith($"{Path}: the Parquet data are damaged or cut short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedBytes_AreOneSentence()
    {
        RecommendationFile.Write(Path, Enumerable.Range(0, 100).Select(i => new RecommendationList($"a-{i}", [new(1, $"Title {i}", 2000, i)])));
        var bytes = File.ReadAllBytes(Path);
        for (var i = 10; i < 200; i++)
            bytes[i] ^= 0x55;
        File.WriteAllBytes(Path, bytes);

        Assert.StartsWith($"{Path}: ", Assert.Throws<InvalidDataException>(() => RecommendationFile.Read(Path).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FailureWhileWriting_LeavesNothing()
    {
        Assert.Throws<InvalidDataException>(() => DialogueFile.Write(Path, DialogueFile.Read(_folder.WithLines("bad.jsonl", "{"))));

        Assert.Equal(["bad.jsonl"], _folder.Names);
    }

    [Fact]
    public void PipeOfLines_IsRead()
    {
        using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle);
        writer.Write("""{"id":"a","turns":[{"role":"user","text":"x"}]}"""u8);
        writer.Dispose();

        Assert.Equal("a", Assert.Single(DialogueFile.Read("-", () => reader)).Id);
    }

    [Fact]
    public void PipeOfParquet_IsRefused()
    {
        DialogueFile.Write(Path, [Dialogue.FromUser("x")]);
        using var pipe = new StreamSequence(File.OpenRead(Path));

        var error = Assert.Throws<InvalidDataException>(() => DialogueFile.Read("-", () => pipe).Count());

        Assert.Equal("-, line 1: Parquet, which can't be read from a pipe; give the file by its name.", error.Message);
    }

    private async Task Write<T>(params T[] rows)
    {
        await using var file = File.Create(Path);
        await ParquetSerializer.SerializeAsync(rows, file, new ParquetOptions(), cancellationToken: TestContext.Current.CancellationToken);
    }

    private sealed class StructRow
    {
        [JsonPropertyName("id")]
        public string Id { get; set; } = "";

        [JsonPropertyName("turns")]
        public List<TurnStruct> Turns { get; set; } = [];

        [JsonPropertyName("groundTruth")]
        public List<ItemStruct> GroundTruth { get; set; } = [];

        [JsonPropertyName("source")]
        public long Source { get; set; }
    }

    private sealed class TurnStruct
    {
        [JsonPropertyName("role")]
        public string Role { get; set; } = "";

        [JsonPropertyName("text")]
        public string Text { get; set; } = "";
    }

    private sealed class ItemStruct
    {
        [JsonPropertyName("title")]
        public string Title { get; set; } = "";

        [JsonPropertyName("year")]
        public double Year { get; set; }
    }
}
