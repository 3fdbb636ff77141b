using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring;
using MLNet.ConvRec.Tests.Export;

namespace MLNet.ConvRec.Tests.Scoring;

public sealed class ScoringChainTests(SmallShop shop) : IClassFixture<SmallShop>
{
    [Fact]
    public void Dialogues_GetTheReferenceLists()
    {
        var dialogues = Enumerable.Range(0, 2).Select(shop.Dialogue).ToArray();

        var lists = SmallShop.Score(shop.Chain, dialogues);

        int[][] lines = [.. shop.Catalog.Items.Select(item => shop.Prompt.EncodeLine(item.Title, item.Year))];
        foreach (var (dialogue, list) in dialogues.Zip(lists))
        {
            var expected = ReferenceRecommender.Recommend(
                shop.Weights, lines, shop.Prompt.Encode(dialogue), shop.Catalog.IndicesOf(dialogue.Seen!), SmallShop.ListLength);
            Assert.Equal(dialogue.Id, list.Id);
            Assert.Equal(Enumerable.Range(1, SmallShop.ListLength), list.Recommendations.Select(item => item.Rank));
            Assert.Equal(
                expected.Select(line => shop.Catalog.Items[line.Item].Reference),
                list.Recommendations.Select(item => new ItemReference(item.Title, item.Year)));
            Assert.All(expected.Zip(list.Recommendations), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4));
        }
    }

    [Fact]
    public void LoadedInAnotherContext_GivesTheSameLists()
    {
        var dialogues = Enumerable.Range(0, 40).Select(shop.Dialogue).ToArray();

        var loaded = SmallShop.Context().Model.Load(shop.ModelPath, out _);

        var expected = SmallShop.Score(shop.Chain, dialogues).Select(SmallShop.Lines);
        Assert.Equal(expected, SmallShop.Score(loaded, dialogues).Select(SmallShop.Lines));
    }

    [Fact]
    public void ManyRowsAtOnce_GiveWhatOneByOneGives()
    {
        var dialogues = Enumerable.Range(0, 500).Select(shop.Dialogue).ToArray();

        var together = SmallShop.Score(shop.Chain, dialogues);

        Assert.Equal(dialogues.Select(dialogue => dialogue.Id), together.Select(list => list.Id));
        foreach (var (dialogue, list) in dialogues.Zip(together).Where((_, i) => i % 10 == 0))
            Assert.Equal(SmallShop.Lines(SmallShop.Score(shop.Chain, dialogue).Single()), SmallShop.Lines(list));
    }

    [Fact]
    public void SeveralThreads_ScoreIndependently()
    {
        var dialogues = Enumerable.Range(0, 60).Select(shop.Dialogue).ToArray();
        var expected = SmallShop.Score(shop.Chain, dialogues).Select(SmallShop.Lines).ToArray();

        var actual = new string[dialogues.Length][];
        Parallel.For(0, dialogues.Length, i => actual[i] = SmallShop.Lines(SmallShop.Score(shop.Chain, dialogues[i]).Single()));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void PredictionEngine_GivesTheSameList()
    {
        var ml = SmallShop.Context();
        var model = ml.Model.Load(shop.ModelPath, out _);
        using var engine = ml.Model.CreatePredictionEngine<DialogueRow, ScoredRow>(model);

        var scored = engine.Predict(DialogueRow.From(shop.Dialogue(3)));

        var list = SmallShop.Score(shop.Chain, shop.Dialogue(3)).Single();
        Assert.Equal(list.Recommendations.Select(item => new ItemReference(item.Title, item.Year).ToString()), scored.Recommendations);
    }

    [Fact]
    public void SeenUnknown_ExcludesWhatTheTextNames()
    {
        var asked = shop.Catalog.Items
            .Where(item => item.Year is not null)
            .Select(item => Dialogue.FromUser($"I loved {item.Reference}, what next?", item.Title));
        var (named, open) = SmallShop.Score(shop.Chain, asked.Select(dialogue => dialogue with { Seen = [] }))
            .Select(list => (Title: list.Id, List: list))
            .First(scored => scored.List.Recommendations.Any(item => item.Title == scored.Title));

        var closed = SmallShop.Score(shop.Chain, asked.First(dialogue => dialogue.Id == named)).Single();

        Assert.Contains(open.Recommendations, item => item.Title == named);
        Assert.DoesNotContain(closed.Recommendations, item => item.Title == named);
        Assert.Equal(SmallShop.ListLength, closed.Recommendations.Count);
    }

    [Fact]
    public void AllButOneSeen_ListsTheOneThatIsLeft()
    {
        var left = shop.Catalog.Items.Single(item => item.Year is null);
        var dialogue = shop.Dialogue(0) with { Seen = [.. shop.Catalog.Items.Where(item => item != left).Select(item => item.Reference)] };

        var list = SmallShop.Score(shop.Chain, dialogue).Single();

        var only = Assert.Single(list.Recommendations);
        Assert.Equal((1, left.Title, null, 0.0), (only.Rank, only.Title, only.Year, only.Score));
    }

    [Fact]
    public void Intermediates_AreDropped()
    {
        var ml = new MLContext();
        var dialogues = SmallShop.View(ml, shop.Dialogue(0));

        var given = dialogues.Schema.Select(column => column.Name);
        var added = shop.Chain.Transform(dialogues).Schema.Select(column => column.Name).Except(given);

        string[] expected =
        [
            ConvRecColumns.Recommendations,
            ConvRecColumns.RecommendationTitles,
            ConvRecColumns.RecommendationYears,
            ConvRecColumns.RecommendationScores,
        ];
        Assert.Equal(expected, added);
    }

    [Fact]
    public void GroundTruthColumns_AreNotNeeded()
    {
        var ml = new MLContext();
        var dialogues = ml.Transforms.DropColumns(ConvRecColumns.GroundTruthTitles, ConvRecColumns.GroundTruthYears)
            .Fit(SmallShop.View(ml)).Transform(SmallShop.View(ml, shop.Dialogue(0)));

        var list = shop.Chain.Transform(dialogues).ReadRecommendations().Single();

        Assert.Equal(SmallShop.Lines(SmallShop.Score(shop.Chain, shop.Dialogue(0)).Single()), SmallShop.Lines(list));
    }

    [Fact]
    public void MissingColumn_IsNamed()
    {
        var ml = new MLContext();
        var rows = ml.Transforms.DropColumns(ConvRecColumns.Texts).Fit(SmallShop.View(ml)).Transform(SmallShop.View(ml, shop.Dialogue(0)));

        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => shop.Chain.Transform(rows));

        Assert.Contains(ConvRecColumns.Texts, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CarriedAssets_AreOneObjectForAllRows()
    {
        var ml = SmallShop.Context();
        var chain = (IEnumerable<ITransformer>)ml.Model.Load(shop.ModelPath, out _);
        var dialogues = SmallShop.View(ml, Enumerable.Range(0, 3).Select(shop.Dialogue));
        var rows = chain.Take(2).Aggregate(dialogues, (view, stage) => stage.Transform(view));

        var assets = rows.GetColumn<ReadOnlyMemory<char>>(ScoringColumns.Assets).Select(ScoringAssets.Of).ToArray();

        Assert.Equal(3, assets.Length);
        Assert.All(assets, parsed => Assert.Same(assets[0], parsed));
        Assert.True(MemoryMarshal.TryGetString(rows.GetColumn<ReadOnlyMemory<char>>(ScoringColumns.Assets).First(), out _, out _, out _));
    }

    private sealed class ScoredRow
    {
        public string[] Recommendations { get; set; } = [];
    }
}
