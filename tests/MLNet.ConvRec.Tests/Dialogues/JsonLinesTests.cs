using System.Text;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Dialogues;

public sealed class JsonLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{\"n\":1}\n\n  \t\n{\"n\":4}\n")]
    [InlineData("{\"n\":1}\r\n\r\n\r\n{\"n\":4}")]
    [InlineData("\uFEFF{\"n\":1}\n\n\n  {\"n\":4}  \n\n")]
    public void BlankLinesBreaksAndByteOrderMark_DoNotMatter(string content)
    {
        File.WriteAllText(_folder.PathOf("f.jsonl"), content);

        var lines = JsonLines.Read(_folder.PathOf("f.jsonl")).Select(line => (line.Line, line.Object.GetProperty("n").GetInt32()));

        Assert.Equal([(1L, 1), (4L, 4)], lines);
    }

    [Fact]
    public void EmptyFile_HasNoLines() => Assert.Empty(JsonLines.Read(_folder.WithLines("f.jsonl")));

    [Fact]
    public void Gzip_IsKnownByItsBytesWhateverTheName()
    {
        var content = Encoding.UTF8.GetBytes("{\"n\":1}\n{\"n\":2}\n");

        Assert.Equal(2, JsonLines.Read(_folder.WithGzip("f.jsonl", content)).Count());
        Assert.Single(JsonLines.Read(_folder.WithLines("plain.gz", "{\"n\":1}")));
    }

    [Fact]
    public void GzipOfSeveralMembers_IsReadWhole()
    {
        var path = _folder.WithGzip("f.jsonl", "{\"n\":1}\n{\"n\""u8.ToArray());
        using (var file = new FileStream(path, FileMode.Append))
            file.Write(File.ReadAllBytes(_folder.WithGzip("g.jsonl", ":2}"u8.ToArray())));

        Assert.Equal([1, 2], JsonLines.Read(path).Select(line => line.Object.GetProperty("n").GetInt32()));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.9999)]
    public void GzipCutShort_IsAnErrorEvenWhenLinesAreSkipped(double share)
    {
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{{\"n\":{i * 7919L % 20_011}}}\n")));
        var path = _folder.WithGzip("f.jsonl.gz", content);
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(int)(whole.Length * share)]);

        var error = Assert.Throws<InvalidDataException>(() => JsonLines.Read(path, line => line, _ => { }).Count());

        Assert.StartsWith($"{path}, after line ", error.Message, StringComparison.Ordinal);
        Assert.Contains("cut short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GzipWithoutItsHeader_IsAnError()
    {
        File.WriteAllBytes(_folder.PathOf("f.jsonl"), [0x1F, 0x8B, 8]);

        Assert.Throws<InvalidDataException>(() => JsonLines.Read(_folder.PathOf("f.jsonl")).ToList());
    }

    [Fact]
    public void LinesLongerThanTheBuffer_AreWhole()
    {
        var lengths = new[] { 10, 65_520, 65_536, 200_000, 3, 131_072 };
        var path = _folder.WithLines("f.jsonl", lengths.Select(length => $"{{\"text\":\"{new string('x', length)}\"}}"));

        Assert.Equal(lengths, JsonLines.Read(path).Select(line => line.Object.GetProperty("text").GetString()!.Length));
    }

    [Fact]
    public void OtherEncoding_SaysToSaveInUtf8()
    {
        File.WriteAllBytes(_folder.PathOf("f.jsonl"), Encoding.Latin1.GetBytes("{\"n\":1}\n{\"title\":\"Amélie\"}\n"));

        var error = Assert.Throws<InvalidDataException>(() => JsonLines.Read(_folder.PathOf("f.jsonl")).ToList());

        Assert.Equal($"{_folder.PathOf("f.jsonl")}, line 2: not UTF-8; save the file in UTF-8.", error.Message);
    }

    [Fact]
    public void StoppedEnumeration_ClosesTheFile()
    {
        var path = _folder.WithLines("f.jsonl", "{}", "{}");

        Assert.Single(JsonLines.Read(path).Take(1));

        using var exclusive = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(exclusive.CanWrite);
    }

    [Fact]
    public void FieldsOfOddNames_AreNoObstacle()
    {
        var path = _folder.WithLines("f.jsonl", """{"\ud83d":1,"n\u0061me":"\u00e9"}""");

        Assert.Equal("é", Assert.Single(JsonLines.Read(path, line => line.Text("name"))));
    }
}
