using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Scoring;

/// <summary>A dialogue's list holds its candidates alone, whether or not rows have columns for them.</summary>
public sealed class CandidatesTests(SmallShop shop) : IClassFixture<SmallShop>
{
    [Fact]
    public void Candidates_AloneAreListed_UnlessSeen()
    {
        Dialogue dialogue = shop.Dialogue(3) with
        {
            Seen = [new ItemReference("Her", 2013)],
            Candidates = [Item("Drive", 2011), Item("  HEAT ", 1986), Item("Her", 2013), Item("Not Ours", 1990), Item("Amélie", 1999), Item("Drive", 2011)],
        };

        // Of the two films named Heat the one of that year; Amélie of another year is another film.
        var loaded = SmallShop.Context().Model.Load(shop.ModelPath, out _);
        foreach (var model in new[] { shop.Chain, loaded })
            Assert.Equal(["Drive (2011)", "Heat (1986)"], Titles(SmallShop.Score(model, dialogue).Single()).Order());
    }

    [Fact]
    public void NoKnownCandidate_IsAnEmptyList()
    {
        var none = shop.Dialogue(3) with { Candidates = [Item("Not Ours", 1990), Item("Heat", 1990)] };

        var lists = SmallShop.Score(shop.Chain, none, none with { Id = "seen", Seen = [] }, shop.Dialogue(3));

        Assert.Equal([0, 0, SmallShop.ListLength], lists.Select(list => list.Recommendations.Count));
    }

    [Fact]
    public void NoCandidatesGiven_AllMayBeListed()
    {
        var lists = SmallShop.Score(shop.Chain, shop.Dialogue(3), shop.Dialogue(3) with { Candidates = [] });

        Assert.Equal(SmallShop.Lines(lists[0]), SmallShop.Lines(lists[1]));
        Assert.Equal(SmallShop.ListLength, lists[0].Recommendations.Count);
    }

    [Fact]
    public void ListOfAFewCandidates_KeepsTheirOrderAmongAll()
    {
        var free = SmallShop.Score(shop.Chain, shop.Dialogue(4)).Single();

        var few = SmallShop.Score(shop.Chain, shop.Dialogue(4) with { Candidates = [Item(free.Recommendations[0].Title, free.Recommendations[0].Year)] }).Single();

        Assert.Equal(Titles(free)[..1], Titles(few));
    }

    [Fact]
    public void RowsWithoutTheColumns_AreScored()
    {
        var ml = new MLContext();

        var list = shop.Chain.Transform(WithoutColumns(ml)).ReadRecommendations().Single();

        Assert.Equal(SmallShop.Lines(SmallShop.Score(shop.Chain, shop.Dialogue(0)).Single()), SmallShop.Lines(list));
        using var engine = ml.Model.CreatePredictionEngine<OldRow, Scored>(shop.Chain, new PredictionEngineOptions { OwnsTransformer = false });
        var row = DialogueRow.From(shop.Dialogue(0));
        var scored = engine.Predict(new OldRow { Id = row.Id, Roles = row.Roles, Texts = row.Texts, SeenKnown = true, SeenTitles = row.SeenTitles, SeenYears = row.SeenYears });
        Assert.Equal(Titles(list), scored.Recommendations);
    }

    [Fact]
    public void RowsWithoutTheColumns_LoadedByMlNetAlone_AreToldAndCanBeGivenThem()
    {
        var ml = SmallShop.Context();
        var model = ml.Model.Load(shop.ModelPath, out _);
        var rows = WithoutColumns(ml);

        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(rows));
        var list = model.Transform(ml.Data.LoadDialogues(rows.ReadDialogues())).ReadRecommendations().Single();

        Assert.Contains(ConvRecColumns.CandidateTitles, fault.Message, StringComparison.Ordinal);
        Assert.Equal(SmallShop.Lines(SmallShop.Score(shop.Chain, shop.Dialogue(0)).Single()), SmallShop.Lines(list));
    }

    private IDataView WithoutColumns(MLContext ml) => ml.Transforms.DropColumns(ConvRecColumns.CandidateTitles, ConvRecColumns.CandidateYears)
        .Fit(SmallShop.View(ml)).Transform(SmallShop.View(ml, shop.Dialogue(0)));

    private static ItemReference Item(string title, int? year) => new(title, year);

    private static string[] Titles(RecommendationList list) => [.. list.Recommendations.Select(item => new ItemReference(item.Title, item.Year).ToString())];

    private sealed class OldRow
    {
        public string Id { get; set; } = "";

        public string[] Roles { get; set; } = [];

        public string[] Texts { get; set; } = [];

        public bool SeenKnown { get; set; }

        public string[] SeenTitles { get; set; } = [];

        public int[] SeenYears { get; set; } = [];
    }

    private sealed class Scored
    {
        public string[] Recommendations { get; set; } = [];
    }
}
