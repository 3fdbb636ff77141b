using System.IO.Compression;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tests.Scoring;

/// <summary>A saved model scored in batches: the lists of the row form, whatever the batches, cores and cursors.</summary>
public sealed class RecommenderTransformerTests(SmallShop shop) : IClassFixture<SmallShop>
{
    private Dialogue[] Many(int count) => [.. Enumerable.Range(0, count).Select(shop.Dialogue)];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 3)]
    [InlineData(32, 2)]
    [InlineData(500, 0)]
    public void AnyBatch_GivesTheListsOfTheRowForm(int batchSize, int concurrency)
    {
        var dialogues = Many(300);
        using var batched = Load(new RecommenderOptions { BatchSize = batchSize, Concurrency = concurrency });

        var lists = SmallShop.Score(batched, dialogues);

        AssertSame(SmallShop.Score(shop.Chain, dialogues), lists);
    }

    [Fact]
    public void ListsOfOtherDialogues_AreToldApart()
    {
        using var batched = Load(new RecommenderOptions());
        var lists = SmallShop.Score(batched, Many(2));

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertSame([lists[1], lists[0]], lists));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertSame([lists[0] with { Recommendations = lists[1].Recommendations }, lists[1]], lists));
    }

    [Fact]
    public void Candidates_RestrictTheirOwnRowAlone()
    {
        ItemReference[] offered = [shop.Catalog.Items[2].Reference, shop.Catalog.Items[5].Reference, new("Unknown", 1999)];
        Dialogue[] dialogues =
            [shop.Dialogue(1), shop.Dialogue(1) with { Id = "offered", Candidates = offered }, shop.Dialogue(1) with { Id = "unknown", Candidates = offered[2..] }];
        using var batched = Load(new RecommenderOptions());

        var lists = SmallShop.Score(batched, dialogues);

        AssertSame(SmallShop.Score(shop.Chain, dialogues), lists);
        Assert.Equal(SmallShop.ListLength, lists[0].Recommendations.Count);
        Assert.Equal(offered[..2].Order(Comparer<ItemReference>.Create((a, b) => string.CompareOrdinal(a.Title, b.Title))).Select(item => item.Title),
            lists[1].Recommendations.Select(item => item.Title).Order(StringComparer.Ordinal));
        Assert.Empty(lists[2].Recommendations);
    }

    [Fact]
    public void ShorterLists_AreTheFirstItemsOfTheWhole()
    {
        var dialogues = Many(40);
        using var whole = Load(new RecommenderOptions());
        using var model = Load(new RecommenderOptions { ListLength = 3 });

        var lists = model.Recommend(dialogues).ToArray();

        Assert.All(lists, list => Assert.Equal(3, list.Recommendations.Count));
        Assert.Equal(
            whole.Recommend(dialogues).SelectMany(list => list.Recommendations.Take(3)), lists.SelectMany(list => list.Recommendations));
        var fault = Assert.Throws<ArgumentException>(() => Load(new RecommenderOptions { ListLength = SmallShop.ListLength + 1 }));
        Assert.Contains($"{shop.ModelPath} writes lists of {SmallShop.ListLength} items", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoDialogue_GivesNoList()
    {
        using var batched = Load(new RecommenderOptions());

        Assert.Empty(SmallShop.Score(batched));
        Assert.Empty(batched.Recommend([]));
    }

    [Fact]
    public void OtherColumns_PassThroughBesideTheirOwnList()
    {
        var dialogues = Many(40).Select((dialogue, i) => dialogue with { GroundTruth = [new ItemReference($"True {i}", 1900 + i)] }).ToArray();
        using var batched = Load(new RecommenderOptions { BatchSize = 4 });
        var ml = new MLContext();

        var rows = ml.Data.CreateEnumerable<WideRow>(batched.Transform(ml.Data.LoadDialogues(dialogues)), reuseRowObject: false).ToArray();

        var expected = SmallShop.Score(shop.Chain, dialogues);
        Assert.Equal(dialogues.Select(dialogue => dialogue.GroundTruth[0].Title), rows.Select(row => row.GroundTruthTitles.Single()));
        Assert.Equal(expected.Select(list => list.Id), rows.Select(row => row.Id));
        Assert.Equal(
            expected.Select(list => list.Recommendations.Select(item => ListLine.Format(item.Title, item.Year))), rows.Select(row => row.Recommendations));
    }

    [Fact]
    public void SeveralCursorsAtOnce_GiveTheSameLists()
    {
        var dialogues = Many(120);
        using var batched = Load(new RecommenderOptions { BatchSize = 8 });
        var expected = SmallShop.Score(shop.Chain, dialogues);

        var lists = new RecommendationList[4][];
        Parallel.For(0, lists.Length, i => lists[i] = SmallShop.Score(batched, dialogues));

        Assert.All(lists, list => AssertSame(expected, list));
    }

    [Fact]
    public void AnEndlessStream_IsScoredAsItIsRead()
    {
        using var batched = Load(new RecommenderOptions { BatchSize = 4, Concurrency = 2 });
        var read = 0;

        var lists = batched.Recommend(Endless()).Take(50).ToArray();

        AssertSame(SmallShop.Score(shop.Chain, Many(50)), lists);
        Assert.InRange(read, 50, 50 + (4 * new RecommenderOptions { BatchSize = 4 }.WindowSize)); // a few windows ahead, no more

        IEnumerable<Dialogue> Endless()
        {
            while (true)
                yield return shop.Dialogue(read++);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(199)]
    [InlineData(200)]
    [InlineData(300)]
    public void FromAPlaceOn_TheBytesAreTheSame(int first)
    {
        var dialogues = Many(200);
        using var batched = Load(new RecommenderOptions { BatchSize = 4 });

        Assert.Equal(batched.Recommend(dialogues).Skip(first).Select(SmallShop.Lines), batched.RecommendFrom(dialogues, first).Select(SmallShop.Lines));
    }

    [Fact]
    public void Token_StopsTheScoring()
    {
        using var source = new CancellationTokenSource();
        using var batched = Load(new RecommenderOptions { BatchSize = 1, Concurrency = 1, CancellationToken = source.Token });
        using var lists = batched.Recommend(Many(5000)).GetEnumerator();
        Assert.True(lists.MoveNext());

        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            while (lists.MoveNext())
            {
            }
        });
    }

    [Fact]
    public void CancelExecution_StopsTheScoring()
    {
        var ml = SmallShop.Context();
        using var batched = RecommenderModel.Load(ml, shop.ModelPath, new RecommenderOptions { BatchSize = 1, Concurrency = 1 });
        using var lists = batched.Recommend(Many(5000)).GetEnumerator();
        Assert.True(lists.MoveNext());

        CancelExecution(ml);

        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            while (lists.MoveNext())
            {
            }
        });
    }

    [Fact]
    public void SavedAgain_IsTheStockForm()
    {
        using var batched = Load(new RecommenderOptions());
        var ml = SmallShop.Context();
        using var stream = new MemoryStream();

        ml.Model.Save(batched, SmallShop.View(ml).Schema, stream);

        stream.Position = 0;
        var loaded = ml.Model.Load(stream, out _);
        AssertSame(SmallShop.Score(shop.Chain, Many(10)), SmallShop.Score(loaded, Many(10)));
        (loaded as IDisposable)?.Dispose();
    }

    [Fact]
    public void PredictionEngine_GivesTheSameList()
    {
        var ml = SmallShop.Context();
        using var batched = RecommenderModel.Load(ml, shop.ModelPath, new RecommenderOptions());
        using var engine = ml.Model.CreatePredictionEngine<DialogueRow, WideRow>(batched);

        var scored = engine.Predict(DialogueRow.From(shop.Dialogue(3)));

        Assert.Equal(SmallShop.Score(shop.Chain, shop.Dialogue(3)).Single().Recommendations.Select(item => ListLine.Format(item.Title, item.Year)), scored.Recommendations);
    }

    [Fact]
    public void StagesOfOnesOwn_AreRefused()
    {
        var ml = SmallShop.Context();
        var rows = SmallShop.View(ml);
        var path = Path.ChangeExtension(shop.ModelPath, ".wide.zip");
        ml.Model.Save(new TransformerChain<ITransformer>(shop.Chain, ml.Transforms.CopyColumns("Name", ConvRecColumns.Id).Fit(rows)), rows.Schema, path);

        var fault = Assert.Throws<InvalidDataException>(() => RecommenderModel.Load(ml, path, options: null));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("mlContext.Model.Load", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GraphOfOneRow_AndGraphThatCannotBeRun_AreNamed()
    {
        var old = new GraphBuilder("old");
        old.Output(old.Input("exclude", ElementType.Int64, 1, "nex"), "items", ElementType.Int64, 1, "nex");

        AssertGraphRefused(old.ToModel("One row.", []).ToByteArray(), "was written by an earlier version");
        AssertGraphRefused([1, 2, 3, 4], "its graph can't be run");

        void AssertGraphRefused(byte[] graph, string expected)
        {
            var path = shop.Write("other.zip", File.ReadAllBytes(shop.ModelPath));
            using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
            {
                var entry = zip.Entries.Single(entry => entry.Name == "OnnxModel");
                var name = entry.FullName;
                entry.Delete();
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(BitConverter.GetBytes(graph.Length));
                stream.Write(graph);
            }

            var fault = Assert.Throws<InvalidDataException>(() => RecommenderModel.Load(SmallShop.Context(), path, options: null));
            Assert.StartsWith($"{path}: {expected}", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.9999)]
    public void CutFile_IsNamed(double share)
    {
        var whole = File.ReadAllBytes(shop.ModelPath);
        var path = shop.Write("cut.zip", whole[..(int)(whole.Length * share)]);

        var fault = Assert.Throws<InvalidDataException>(() => RecommenderModel.Load(SmallShop.Context(), path, options: null));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFile_IsNamed() =>
        Assert.StartsWith(
            "none.zip", Assert.Throws<FileNotFoundException>(() => RecommenderModel.Load(SmallShop.Context(), "none.zip", options: null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 0, null, "BatchSize is 0")]
    [InlineData(1, -1, null, "Concurrency is -1")]
    [InlineData(1, 1, -1, "GpuDeviceId is -1")]
    [InlineData(1, 1, null, "ListLength is 0", 0)]
    public void OptionOutOfRange_IsNamed(int batchSize, int concurrency, int? gpu, string expected, int? listLength = null)
    {
        var options = new RecommenderOptions { BatchSize = batchSize, Concurrency = concurrency, GpuDeviceId = gpu, ListLength = listLength };

        var fault = Assert.Throws<ArgumentException>(() => RecommenderModel.Load(SmallShop.Context(), shop.ModelPath, options));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    // MLContext.CancelExecution is internal in ML.NET 5; its own AutoML calls it.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CancelExecution")]
    private static extern void CancelExecution(MLContext ml);

    private RecommenderTransformer Load(RecommenderOptions options) => RecommenderModel.Load(SmallShop.Context(), shop.ModelPath, options);

    private static void AssertSame(IReadOnlyList<RecommendationList> expected, IReadOnlyList<RecommendationList> actual)
    {
        Assert.Equal(expected.Select(list => list.Id), actual.Select(list => list.Id));
        foreach (var (left, right) in expected.Zip(actual))
        {
            Assert.Equal(left.Recommendations.Select(Item), right.Recommendations.Select(Item));
            Assert.All(left.Recommendations.Zip(right.Recommendations), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4));
        }

        static (int, string, int?) Item(Recommendation item) => (item.Rank, item.Title, item.Year);
    }

    private sealed class WideRow
    {
        public string Id { get; set; } = "";

        public string[] GroundTruthTitles { get; set; } = [];

        public string[] Recommendations { get; set; } = [];
    }
}
