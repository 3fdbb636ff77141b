using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Tests.Catalog;

public sealed class RecommendationFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("r.jsonl")]
    [InlineData("r.jsonl.gz")]
    [InlineData("r.parquet")]
    public void WrittenLists_AreReadBack(string name)
    {
        RecommendationList[] lists =
        [
            new("a-1", [new(1, "Amélie", 2001, -0.125), new(2, "Chess", null, -7.1e-5)]),
            new("a-2", []),
            new("a-3", [new(1, "Go", 1999, double.NaN), new(4, "", null, 0)]),
        ];

        RecommendationFile.Write(_folder.PathOf(name), lists);

        Assert.Equivalent(lists, RecommendationFile.Read(_folder.PathOf(name)).ToArray(), strict: true);
        Assert.Equal([name], _folder.Names);
    }

    [Fact]
    public void Lines_HaveTheSpecifiedForm()
    {
        RecommendationFile.Write(_folder.PathOf("r.jsonl"), [new("a", [new(1, "Amélie", 2001, -0.5)])]);

        Assert.Equal(
            """{"id":"a","recommendations":[{"rank":1,"title":"Amélie","year":2001,"score":-0.5}]}""" + "\n",
            File.ReadAllText(_folder.PathOf("r.jsonl")));
    }

    [Fact]
    public void Lines_StandByRank()
    {
        var path = _folder.WithLines("r.jsonl", """{"id":"a","recommendations":[{"rank":3,"title":"C"},{"rank":1,"title":"A"}]}""");

        var list = Assert.Single(RecommendationFile.Read(path));

        Assert.Equal([(1, "A"), (3, "C")], list.Recommendations.Select(item => (item.Rank, item.Title)));
    }

    [Fact]
    public void AbsentRank_IsThePlace()
    {
        var path = _folder.WithLines("r.jsonl", """{"id":"a","recommendations":[{"title":"A"},{"title":"B"}]}""");

        Assert.Equal([1, 2], Assert.Single(RecommendationFile.Read(path)).Recommendations.Select(item => item.Rank));
    }

    [Theory]
    [InlineData("""{"recommendations":[]}""", "\"id\" is missing or blank")]
    [InlineData("""{"id":"a"}""", "\"recommendations\" is missing")]
    [InlineData("""{"id":"a","recommendations":[{"rank":0,"title":"A"}]}""", "\"rank\" is 0; it must be a whole number from 1")]
    [InlineData("""{"id":"a","recommendations":[{"rank":1.5,"title":"A"}]}""", "\"rank\" is 1.5")]
    [InlineData("""{"id":"a","recommendations":[{"rank":2,"title":"A"},{"rank":2,"title":"B"}]}""", "rank 2 stands twice")]
    [InlineData("""{"id":"a","recommendations":[{"rank":1}]}""", "\"title\" is missing")]
    [InlineData("""{"id":"a","recommendations":[{"rank":1,"title":"A","score":"high"}]}""", "\"score\" is \"high\"")]
    [InlineData("""{"id":"a","recommendations":["A"]}""", "\"recommendations\" must be a list of objects")]
    public void MalformedLine_NamesFileAndLine(string line, string problem)
    {
        var path = _folder.WithLines("r.jsonl", line);

        var error = Assert.Throws<InvalidDataException>(() => RecommendationFile.Read(path).ToList());

        Assert.StartsWith($"{path}, line 1: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FailureWhileScoring_LeavesNoFile()
    {
        Assert.Throws<InvalidOperationException>(() => RecommendationFile.Write(_folder.PathOf("r.jsonl"), Failing()));

        Assert.Empty(_folder.Names);

        static IEnumerable<RecommendationList> Failing()
        {
            yield return new RecommendationList("a", []);
            throw new InvalidOperationException();
        }
    }
}
