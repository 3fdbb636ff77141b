using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tests.Evaluation;

/// <summary>Published numbers of lists that real models wrote (data README, "To check evaluation code").</summary>
public sealed class RecordedListsTests : IDisposable
{
    // Our own where the data is absent: a seen line, an unknown one, one to look up by popularity, and a hit with a subtitle, at rank 2.
    private const string OwnCatalog =
        """
        {"title":"Alien","year":1979}|{"title":"Heat","year":1995}|{"title":"Heat","year":1972,"popularity":1}|{"title":"Up","year":2009}
        """;

    private const string OwnDialogue =
        """
        {"id":"own-1","turns":[{"role":"user","text":"?"}],"seen":[{"title":"Alien","year":1979}],
        "groundTruth":[{"title":"Up","year":2009},{"title":"Heat","year":1995}]}
        """;

    private const string OwnList =
        """
        {"id":"own-1","model":"own","raw":["Sure:","1. **Alien** (1979)","2) Unknown","3. \"heat\" (crime)","4. Up - a balloon"]}
        """;

    private const string OwnNumbers =
        "model,part,metric,k,mean,examples|own,own,recall,1,0.0,1|own,own,recall,5,0.5,1|own,own,ndcg,20,0.3868528072,1";

    private readonly TemporaryFolder _own = new();

    public void Dispose() => _own.Dispose();

    [Theory]
    [InlineData("gpt-4")]
    [InlineData("gpt-3.5-turbo")]
    [InlineData("vicuna")]
    [InlineData("baize")]
    public async Task RecordedLists_GiveThePublishedRecallAndNdcg(string model)
    {
        var catalog = ItemCatalog.Load(FileOf("catalogs/inspired.jsonl", OwnCatalog));
        var dialogues = DialogueFile.Read(FileOf("dialogues/inspired/test.jsonl", OwnDialogue)).ToArray();
        var teacher = RecordedTeacher.Load(FileOf($"teacher/inspired-{model}.jsonl", OwnList));
        List<RecommendationList> lists = [];
        foreach (var dialogue in dialogues)
        {
            var list = await teacher.RecommendAsync(dialogue, TestContext.Current.CancellationToken);
            lists.Add(new RecommendationList(dialogue.Id, SimpleListReading.Read(list.Raw, catalog.Items, dialogue)));
        }

        var simple = Evaluate(model, lists, dialogues, catalog);
        var own = Evaluate($"{model}, read by ListReader", await ReadAsync(teacher, dialogues, catalog), dialogues, catalog);

        var published = File.ReadAllText(FileOf("published/inspired-shared-half-title-year.csv", OwnNumbers))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Trim().Split(','))
            .Where(row => row[0] == (GoldenFiles.DataFolder is null ? "own" : model))
            .ToList();
        Assert.Equal(GoldenFiles.DataFolder is null ? 3 : 8, published.Count);
        Assert.All(published, row => // rounded at the tenth digit
            Assert.Equal(double.Parse(row[4], CultureInfo.InvariantCulture), simple.Metrics[$"{row[2]}@{row[3]}"].Mean, 1e-9));
        Assert.True(own.Metrics["recall@20"].Mean >= simple.Metrics["recall@20"].Mean);
        var shown = new[] { "recall@1", "recall@5", "recall@10", "recall@20", "ndcg@5", "ndcg@10", "ndcg@20" };
        TestContext.Current.TestOutputHelper?.WriteLine(EvaluationTable.Render([simple.Summary, own.Summary], metrics: shown));
    }

    // The zero-shot row of the command line: --without remap,reflect,adjust.
    private static async Task<RecommendationList[]> ReadAsync(ITeacher teacher, Dialogue[] dialogues, ItemCatalog catalog)
    {
        var cancel = TestContext.Current.CancellationToken;
        var train = GoldenFiles.DataFolder is { } folder
            ? [.. DialogueFile.Read(Path.Combine(folder, "dialogues", "inspired", "train.jsonl"))]
            : dialogues;
        var options = new DemonstrationOptions { Steps = DemonstrationSteps.None };
        var fitted = await DemonstrationBuilder.FitAsync(train, catalog, teacher, null, null, options, null, cancel);
        List<RecommendationList> lists = [];
        foreach (var dialogue in dialogues)
            lists.Add(new RecommendationList(dialogue.Id, (await fitted.BuildAsync(dialogue, cancel)).Items));
        return [.. lists];
    }

    private static SystemEvaluation Evaluate(
        string name, IEnumerable<RecommendationList> lists, Dialogue[] dialogues, ItemCatalog catalog) =>
        RecommendationEvaluator.Evaluate(name, lists, dialogues, catalog);

    private string FileOf(string path, string own) => GoldenFiles.DataFolder is { } folder
        ? Path.Combine(folder, path)
        : _own.WithLines(Path.GetFileName(path), own.Replace("\n", "", StringComparison.Ordinal).Split('|'));
}
