using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tests.Evaluation;

/// <summary>Published numbers of lists that real models wrote (data README, "To check evaluation code").</summary>
public partial class RecordedListsTests
{
    // Our own where the data is absent: a seen line, an unknown one, one to look up by popularity, and a hit with a subtitle, at rank 2.
    private const string OwnCatalog =
        """
        {"title":"Alien","year":1979}|{"title":"Heat","year":1995}|{"title":"Heat","year":1972,"popularity":1}|{"title":"Up","year":2009}
        """;

    private const string OwnDialogue =
        """
        {"id":"own-1","seen":[{"title":"Alien","year":1979}],"groundTruth":[{"title":"Up","year":2009},{"title":"Heat","year":1995}]}
        """;

    private const string OwnList =
        """
        {"id":"own-1","raw":["Sure:","1. **Alien** (1979)","2) Unknown","3. \"heat\" (crime)","4. Up - a balloon"]}
        """;

    private const string OwnNumbers =
        "model,part,metric,k,mean,examples|own,own,recall,1,0.0,1|own,own,recall,5,0.5,1|own,own,ndcg,20,0.3868528072,1";

    [Theory]
    [InlineData("gpt-4")]
    [InlineData("gpt-3.5-turbo")]
    [InlineData("vicuna")]
    [InlineData("baize")]
    public void RecordedLists_GiveThePublishedRecallAndNdcg(string model)
    {
        var folder = GoldenFiles.DataFolder;
        var catalog = Rows(folder, "catalogs/inspired.jsonl", OwnCatalog).Select(Item).ToList();
        var dialogues = Rows(folder, "dialogues/inspired/test.jsonl", OwnDialogue).Select(Example).ToDictionary(dialogue => dialogue.Id);
        var lists = Rows(folder, $"teacher/inspired-{model}.jsonl", OwnList)
            .Where(list => dialogues.ContainsKey(Text(list, "id")))
            .Select(list => new RecommendationList(Text(list, "id"), Read(list, catalog, dialogues[Text(list, "id")])));

        var evaluation = RecommendationEvaluator.Evaluate(
            model, lists, [.. dialogues.Values], ItemCatalog.Create(catalog), new EvaluationOptions { Resamples = 1 });

        var published = Lines(folder, "published/inspired-shared-half-title-year.csv", OwnNumbers)
            .Select(line => line.Split(','))
            .Where(row => row[0] == (folder is null ? "own" : model));
        Assert.NotEmpty(published);
        Assert.All(published, row => // rounded at the tenth digit
            Assert.Equal(double.Parse(row[4], CultureInfo.InvariantCulture), evaluation.Metrics[$"{row[2]}@{row[3]}"].Mean, 1e-9));
    }

    // The reading that the data README describes; the project's own teachers read more carefully.
    private static List<Recommendation> Read(JsonElement list, List<CatalogItem> catalog, Dialogue dialogue)
    {
        var kept = new List<CatalogItem>();
        foreach (var raw in list.GetProperty("raw").EnumerateArray())
        {
            if (NumberedLine().Match(raw.GetString()!) is not { Success: true } numbered)
                continue;
            var name = Clean(numbered.Groups["rest"].Value);
            var item = Find(name, catalog) ?? Find(Clean(BeforeDash().Match(name).Value), catalog);
            if (item is not null && !kept.Contains(item) && !dialogue.Seen!.Any(seen => Same(seen.Title, item.Title)))
                kept.Add(item);
        }

        return [.. kept.Select((item, index) => new Recommendation(index + 1, item.Title, item.Year, 0))];
    }

    private static string Clean(string text) => Parentheses().Replace(text, "").Trim().Trim('"', '“', '”', '*', '\'').Trim();

    private static CatalogItem? Find(string title, List<CatalogItem> catalog) =>
        catalog.Where(item => Same(item.Title, title)).MaxBy(item => (item.Popularity ?? 0, item.Year));

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static CatalogItem Item(JsonElement row) => new()
    {
        Title = Text(row, "title"),
        Year = row.GetProperty("year").GetInt32(),
        Popularity = row.TryGetProperty("popularity", out var popularity) ? popularity.GetDouble() : null,
    };

    private static Dialogue Example(JsonElement row) => new()
    {
        Id = Text(row, "id"),
        Turns = [new Turn(Role.User, "?")],
        Seen = [.. row.GetProperty("seen").EnumerateArray().Select(item => Item(item).Reference)],
        GroundTruth = [.. row.GetProperty("groundTruth").EnumerateArray().Select(item => Item(item).Reference)],
    };

    private static IEnumerable<JsonElement> Rows(string? folder, string path, string own) =>
        Lines(folder, path, own).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<JsonElement>(line));

    private static string[] Lines(string? folder, string path, string own) =>
        folder is null ? own.Split('|') : File.ReadAllLines(Path.Combine(folder, path));

    private static string Text(JsonElement row, string field) => row.GetProperty(field).GetString()!;

    [GeneratedRegex(@"^\s*\d+\s*[.)]\s*(?<rest>.*)$")]
    private static partial Regex NumberedLine();

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Parentheses();

    [GeneratedRegex(@"^.*?(?= - | : )")]
    private static partial Regex BeforeDash();
}
