using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Dialogues;

public sealed class DialogueDataViewTests : IDisposable
{
    private static readonly Dialogue[] Dialogues =
    [
        new()
        {
            Id = "a-1",
            Turns = [new Turn(Role.User, "Hi"), new Turn(Role.Assistant, ""), new Turn(Role.User, "é 😀")],
            Seen = [new ItemReference("Amélie", 2001), new ItemReference("Chess")],
            Candidates = [new ItemReference("It", 2017), new ItemReference("Go")],
            GroundTruth = [new ItemReference("It", 2017)],
        },
        new() { Id = "b-1", Turns = [new Turn(Role.User, "known to be empty")], Seen = [] },
        new() { Id = "b-2", Turns = [new Turn(Role.User, "unknown")] },
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_IsReadBackThroughTheView()
    {
        DialogueFile.Write(_folder.PathOf("d.jsonl.gz"), Dialogues);

        var view = _ml.Data.LoadDialogues(_folder.PathOf("d.jsonl.gz"));

        Assert.Equivalent(Dialogues, view.ReadDialogues().ToArray(), strict: true);
        Assert.Equivalent(Dialogues, view.ReadDialogues().ToArray(), strict: true);
    }

    [Fact]
    public void Columns_AreVectorsOfAnySize()
    {
        var schema = _ml.Data.LoadDialogues(Dialogues).Schema;

        Assert.Equal(TextDataViewType.Instance, schema[ConvRecColumns.Id].Type);
        Assert.Equal(BooleanDataViewType.Instance, schema[ConvRecColumns.SeenKnown].Type);
        var texts = new VectorDataViewType(TextDataViewType.Instance);
        Assert.Equal(texts, schema[ConvRecColumns.Roles].Type);
        Assert.Equal(texts, schema[ConvRecColumns.Texts].Type);
        Assert.Equal(texts, schema[ConvRecColumns.SeenTitles].Type);
        Assert.Equal(texts, schema[ConvRecColumns.CandidateTitles].Type);
        Assert.Equal(texts, schema[ConvRecColumns.GroundTruthTitles].Type);
        var years = new VectorDataViewType(NumberDataViewType.Int32);
        Assert.Equal(years, schema[ConvRecColumns.SeenYears].Type);
        Assert.Equal(years, schema[ConvRecColumns.CandidateYears].Type);
        Assert.Equal(years, schema[ConvRecColumns.GroundTruthYears].Type);
    }

    [Fact]
    public void SavedAndReloadedView_KeepsEmptyLists()
    {
        using (var file = File.Create(_folder.PathOf("d.idv")))
            _ml.Data.SaveAsBinary(_ml.Data.LoadDialogues(Dialogues), file);

        Assert.Equivalent(Dialogues, _ml.Data.LoadFromBinary(_folder.PathOf("d.idv")).ReadDialogues().ToArray(), strict: true);
    }

    [Fact]
    public void MissingFile_ThrowsAtTheCall() =>
        Assert.Throws<FileNotFoundException>(() => _ml.Data.LoadDialogues(_folder.PathOf("none.jsonl")));

    [Fact]
    public void MalformedLine_SurfacesWhileTheRowsAreRead()
    {
        var view = _ml.Data.LoadDialogues(_folder.WithLines("d.jsonl", "{}"));

        var error = Assert.Throws<InvalidDataException>(() => view.ReadDialogues().ToList());

        Assert.StartsWith(_folder.PathOf("d.jsonl") + ", line 1: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SkipInvalid_ListsAgainOnEachPass()
    {
        var skipped = new List<InvalidLine>();
        var options = new DialogueReadOptions { SkipInvalid = true, OnInvalid = skipped.Add };
        var path = _folder.WithLines("d.jsonl", "{}", """{"id":"a","turns":[{"role":"user","text":"Hi"}]}""");
        var view = _ml.Data.LoadDialogues(path, options);

        Assert.Single(view.ReadDialogues());
        Assert.Single(view.ReadDialogues());

        Assert.Equal(2, skipped.Count);
    }

    [Fact]
    public void ViewWithoutTexts_NamesTheColumn()
    {
        var view = _ml.Data.LoadFromEnumerable([new { Id = "a", Roles = new[] { "user" } }]);

        var error = Assert.Throws<ArgumentException>(() => view.ReadDialogues());

        Assert.Contains("There is no column Texts", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ViewWithoutSeenCandidatesAndTruth_HasThemUnknown()
    {
        var view = _ml.Data.LoadFromEnumerable([new { Id = "a", Roles = new[] { "user" }, Texts = new[] { "Hi" } }]);

        var dialogue = Assert.Single(view.ReadDialogues());

        Assert.Null(dialogue.Seen);
        Assert.Null(dialogue.Candidates);
        Assert.Empty(dialogue.GroundTruth);
    }
}
