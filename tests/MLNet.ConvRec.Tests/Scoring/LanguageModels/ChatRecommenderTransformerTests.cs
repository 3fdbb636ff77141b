using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Tests.Demonstrations;
using MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels;

public sealed class ChatRecommenderTransformerTests
{
    private static readonly Dialogue[] Train = SmallWorld.Train(60);
    private static readonly Dialogue[] Asked = [.. SmallWorld.Train(250).Select(d => d with { Id = "asked-" + d.Id })];

    // A list that tells its dialogue from most others: which films it holds depends on the question.
    private static readonly CragScript Script = new()
    {
        Recommend = question =>
            string.Join('\n', SmallWorld.Catalog.Items.Skip(question.Length % 30).Take(8).Select(item => item.Reference)),
    };

    [Fact]
    public void FiveHundredDialogues_KeepTheirOrder_WhateverTheDelays()
    {
        using var chat = new ScriptedChat(Script.Answer) { LongestDelay = 4 };
        using var alone = new ScriptedChat(Script.Answer);

        var together = Lists(Crag(chat), Asked);

        Assert.Equal(500, together.Length);
        Assert.Equal(Asked.Select(dialogue => dialogue.Id), together.Select(list => list.Id));
        var oneByOne = Lists(Crag(alone, new CragOptions { Concurrency = 1 }), Asked);
        Assert.Equal(oneByOne.Select(SmallShop.Lines), together.Select(SmallShop.Lines));
        Assert.InRange(chat.MostUnderWay, 2, 20);
        Assert.Equal(1, alone.MostUnderWay);
        Assert.True(together.Select(list => string.Join(';', SmallShop.Lines(list))).Distinct().Count() > 10);
    }

    [Fact]
    public void ColumnsThatNobodyReads_AskNobody()
    {
        using var chat = new ScriptedChat(_ => "Echo of Comedy");
        var rows = ZeroShot(chat).Transform(new MLContext().Data.LoadDialogues(Asked[..3]));

        Assert.Equal(Asked[..3].Select(dialogue => dialogue.Id), rows.GetColumn<string>(ConvRecColumns.Id));
        Assert.Equal(
            Asked[..3].Select(dialogue => dialogue.Turns[0].Text), rows.ReadDialogues().Select(dialogue => dialogue.Turns[0].Text));
        Assert.Empty(chat.Requests);
    }

    [Fact]
    public void Columns_AreThoseOfALoadedModel()
    {
        var ml = new MLContext();
        using var chat = new ScriptedChat(_ => "Echo of Comedy\nNight of Horror (1980)");
        var dialogues = ml.Data.LoadDialogues(Asked[..2].Select(dialogue => dialogue with { Seen = [] }));

        var rows = ml.Data.CreateEnumerable<Row>(ZeroShot(chat).Transform(dialogues), reuseRowObject: false).ToArray();

        Assert.Equal(2, rows.Length);
        Assert.Equal(["Echo of Comedy (1989)", "Night of Horror (1980)"], rows[1].Recommendations);
        Assert.Equal(["Echo of Comedy", "Night of Horror"], rows[1].RecommendationTitles);
        Assert.Equal([1989, 1980], rows[1].RecommendationYears);
        Assert.Equal([1f, (float)(1 / Math.Sqrt(2))], rows[1].RecommendationScores);
        Assert.Equal(Asked[1].Id, rows[1].Id);
    }

    [Fact]
    public void Schema_BeforeTheFit_HoldsTheAddedColumns()
    {
        var ml = new MLContext();
        using var chat = new ScriptedChat(_ => "");
        var dialogues = ml.Transforms.CustomMapping<Nothing, DialogueRow>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));

        var shape = ml.Transforms.ConvRec.Crag(SmallWorld.Catalog, chat).GetOutputSchema(dialogues);

        var given = ml.Data.LoadDialogues(Asked).Schema;
        var expected = ZeroShot(chat).GetOutputSchema(given).Select(column => column.Name).Order();
        Assert.Equal(expected, shape.Select(column => column.Name).Order());
        Assert.Equal(shape.Count, ml.Transforms.ConvRec.ZeroShot(SmallWorld.Catalog, chat).GetOutputSchema(dialogues).Count);
    }

    [Fact]
    public void Lists_AreEvaluatedAndWrittenLikeAnyOther()
    {
        var ml = new MLContext();
        using var folder = new TemporaryFolder();
        using var chat = new ScriptedChat(_ => string.Join('\n', SmallWorld.Catalog.Items.Select(item => item.Reference)));
        var rows = ZeroShot(chat, new ZeroShotOptions { Chat = new ChatTeacherOptions { ListLength = 40 } })
            .Transform(ml.Data.LoadDialogues(Asked[..6]));

        RecommendationFile.Write(folder.PathOf("lists.jsonl"), rows.ReadRecommendations());
        var evaluated = ml.ConvRecEvaluate(rows, SmallWorld.Catalog);

        var written = RecommendationFile.Read(folder.PathOf("lists.jsonl"));
        Assert.Equal(Asked[..6].Select(dialogue => dialogue.Id), written.Select(list => list.Id));
        Assert.NotNull(evaluated);
        Assert.Equal(12, chat.Requests.Length);
    }

    [Fact]
    public void InAChain_BothEndsCanBeRead()
    {
        var ml = new MLContext();
        using var chat = new ScriptedChat(_ => "Echo of Comedy");
        var dialogues = ml.Data.LoadDialogues(Asked[..30].Select(dialogue => dialogue with { Seen = [] }));
        var chain = ml.Transforms.CopyColumns("Name", ConvRecColumns.Id)
            .Append(ml.Transforms.ConvRec.ZeroShot(SmallWorld.Catalog, chat))
            .Append(ml.Transforms.CopyColumns("Lines", ConvRecColumns.Recommendations))
            .Append(ml.Transforms.DropColumns(ConvRecColumns.RecommendationYears));

        var rows = chain.Fit(dialogues).Transform(dialogues);

        Assert.Equal(Asked[..30].Select(dialogue => dialogue.Id), rows.GetColumn<string>("Name"));
        Assert.All(rows.GetColumn<string[]>("Lines"), lines => Assert.Equal(["Echo of Comedy (1989)"], lines));
        Assert.Equal(30, rows.Preview(maxRows: 40).RowView.Length);
    }

    [Fact]
    public void PredictionEngine_GivesTheSameList()
    {
        var ml = new MLContext();
        using var chat = new ScriptedChat(Script.Answer);
        var fitted = Crag(chat);
        using var engine = ml.Model.CreatePredictionEngine<DialogueRow, Row>(fitted);

        var row = engine.Predict(DialogueRow.From(Asked[3]));

        Assert.Equal(Lists(fitted, Asked[3]).Single().Recommendations.Select(item => item.Title), row.RecommendationTitles);
        Assert.Equal(2, fitted.Calls.Dialogues);
    }

    [Fact]
    public void Saving_SaysWhatToSaveInstead()
    {
        using var folder = new TemporaryFolder();
        using var chat = new ScriptedChat(_ => "");
        var ml = new MLContext();
        var dialogues = ml.Data.LoadDialogues(Asked);
        var chain = ml.Transforms.CopyColumns("Name", ConvRecColumns.Id).Append(ml.Transforms.ConvRec.ZeroShot(SmallWorld.Catalog, chat));

        foreach (var model in (ITransformer[])[ZeroShot(chat), chain.Fit(dialogues)])
        {
            var problem = Assert.Throws<NotSupportedException>(
                () => ml.Model.Save(model, dialogues.Schema, folder.PathOf("model.zip")));

            Assert.Contains("RecommendationFile.Write", problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void MissingColumn_IsNamed()
    {
        var ml = new MLContext();
        using var chat = new ScriptedChat(_ => "");
        var given = ml.Data.LoadDialogues(Asked);
        var rows = ml.Transforms.DropColumns(ConvRecColumns.Texts).Fit(given).Transform(given);

        var problem = Assert.Throws<ArgumentOutOfRangeException>(() => ZeroShot(chat).Transform(rows));

        Assert.Contains(ConvRecColumns.Texts, problem.Message, StringComparison.Ordinal);
    }

    private static RecommendationList[] Lists(ChatRecommenderTransformer fitted, params Dialogue[] dialogues) =>
        SmallShop.Score(fitted, dialogues);

    private static ChatRecommenderTransformer Crag(ScriptedChat chat, CragOptions? options = null)
    {
        var ml = new MLContext();
        return ml.Transforms.ConvRec.Crag(SmallWorld.Catalog, chat, options).Fit(ml.Data.LoadDialogues(Train));
    }

    private static ChatRecommenderTransformer ZeroShot(ScriptedChat chat, ZeroShotOptions? options = null)
    {
        var ml = new MLContext();
        return ml.Transforms.ConvRec.ZeroShot(SmallWorld.Catalog, chat, options).Fit(ml.Data.LoadDialogues([]));
    }

    private sealed class Nothing;

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string[] Recommendations { get; set; } = [];

        public string[] RecommendationTitles { get; set; } = [];

        public int[] RecommendationYears { get; set; } = [];

        public float[] RecommendationScores { get; set; } = [];
    }
}
