using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Scoring;
using MLNet.ConvRec.Tool.Score;

namespace MLNet.ConvRec.Tool.Tests.Score;

/// <summary>Which files are read, in which order, and which of their dialogues a shard scores.</summary>
public sealed class ScoreInputTests(SmallShop shop) : IClassFixture<SmallShop>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FolderAndPattern_LeadToTheirFilesInOrdinalOrder()
    {
        string[] names = ["b.jsonl", "a.parquet", "Z.jsonl.gz", "notes.txt", "lists.jsonl.partial.jsonl", "lists.jsonl.rejected.jsonl", "in/c.jsonl", "in/deep/d.jsonl", "e.JSON"];
        Directory.CreateDirectory(_folder.PathOf("in/deep"));
        foreach (var name in names)
            File.WriteAllText(_folder.PathOf(name), "");

        Assert.Equal(["Z.jsonl.gz", "a.parquet", "b.jsonl"], Found("."));
        Assert.Equal(["b.jsonl"], Found("*.jsonl"));
        Assert.Equal(["Z.jsonl.gz", "b.jsonl"], Found("*.jsonl*"));
        Assert.Equal(["b.jsonl", "in/c.jsonl", "in/deep/d.jsonl"], Found("**/*.jsonl"));
        Assert.Equal(["in/c.jsonl", "b.jsonl"], Found("i*/*.jsonl", "b.jsonl"));
    }

    [Theory]
    [InlineData("*.json", "no file is called so; check the pattern")]
    [InlineData("empty", "the folder holds no *.jsonl")]
    [InlineData("gone.jsonl", "there is no such file; check the path")]
    public async Task InputThatLeadsToNoFile_IsNamed(string input, string told)
    {
        Directory.CreateDirectory(_folder.PathOf("empty"));

        var run = await Score("lists.jsonl", _folder.PathOf(input));

        Assert.Contains(_folder.PathOf(input), run.Sentence, StringComparison.Ordinal);
        Assert.Contains(told, run.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllFormatsOfAFolder_AreScored_AndWrittenAsParquet()
    {
        Directory.CreateDirectory(_folder.PathOf("in"));
        DialogueFile.Write(_folder.PathOf("in/1.parquet"), Enumerable.Range(0, 5).Select(shop.Dialogue));
        DialogueFile.Write(_folder.PathOf("in/2.jsonl"), Enumerable.Range(5, 5).Select(shop.Dialogue));
        DialogueFile.Write(_folder.PathOf("in/3.jsonl.gz"), Enumerable.Range(10, 5).Select(shop.Dialogue));

        Assert.Equal(0, (await Score("lists.parquet", _folder.PathOf("in"))).ExitCode);

        var expected = shop.ScoreInBatches(Enumerable.Range(0, 15).Select(shop.Dialogue));
        var lists = RecommendationFile.Read(_folder.PathOf("lists.parquet")).ToArray();
        Assert.Equal(expected.Select(list => list.Id), lists.Select(list => list.Id));
        Assert.Equal(expected.SelectMany(SmallShop.Lines), lists.SelectMany(SmallShop.Lines));
        using var file = File.OpenRead(_folder.PathOf("lists.parquet"));
        Assert.True(ParquetRows.IsParquet(file));
    }

    [Fact]
    public async Task FourShards_OneAfterTheOther_AreTheWhole()
    {
        var input = _folder.PathOf("input.jsonl");
        DialogueFile.Write(input, Enumerable.Range(0, 1100).Select(shop.Dialogue));
        Assert.Equal(0, (await Score("whole.jsonl", input)).ExitCode);

        foreach (var shard in Enumerable.Range(1, 4))
            Assert.Equal(0, (await Score($"{shard}.jsonl", input, "--shard", $"{shard}/4")).ExitCode);

        string[][] shards = [.. Enumerable.Range(1, 4).Select(shard => File.ReadAllLines(_folder.PathOf($"{shard}.jsonl")))];
        Assert.Equal([256, 256, 256, 332], shards.Select(lines => lines.Length)); // whole windows of 256, and the rest
        Assert.Equal(File.ReadAllLines(_folder.PathOf("whole.jsonl")), shards.SelectMany(lines => lines));
    }

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1/0")]
    [InlineData("1")]
    [InlineData("a/b")]
    [InlineData("-1/2")]
    public async Task ShardThatIsNone_IsRefused(string shard)
    {
        var run = await Score("lists.jsonl", "input.jsonl", "--shard", shard);

        Assert.Equal($"--shard must be I/N, with I from 1 to N, like 1/4, not {shard}.", run.Sentence);
    }

    [Fact]
    public void RecentIds_AreKnown_AndOlderOnesLetGo()
    {
        var ids = new RecentIds(3);

        Assert.All(["a", "b", "c"], id => Assert.True(ids.Add(id)));
        Assert.False(ids.Add("a"));
        Assert.True(ids.Add("d")); // lets go of a
        Assert.False(ids.Add("b"));
        Assert.True(ids.Add("a"));
    }

    // A million ids would be a hundred megabytes if each were kept.
    [Fact]
    public void Memory_DoesNotGrowWithTheIds()
    {
        var ids = new RecentIds(1000);
        for (var i = 0; i < 10_000; i++)
            ids.Add($"warm-{i}");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < 300_000; i++)
            ids.Add($"d-{i}");

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 << 20);
        GC.KeepAlive(ids);
    }

    private IEnumerable<string> Found(params string[] names) =>
        InputFiles.Of(names.Select(name => name == "." ? _folder.FullName : _folder.PathOf(name))).Select(path => Path.GetRelativePath(_folder.FullName, path));

    private Task<Run> Score(string output, string input, params string[] more) =>
        Run.Of(["score", "--model", shop.ModelPath, "--input", input, "--output", _folder.PathOf(output), .. more]);
}
