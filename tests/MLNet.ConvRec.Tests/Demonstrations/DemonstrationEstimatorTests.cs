using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Demonstrations;

public sealed class DemonstrationEstimatorTests
{
    private static readonly Dialogue[] Train = SmallWorld.Train(300);
    private static readonly DemonstrationOptions Options = new() { Folds = 2, MaxIterations = 20 };

    [Fact]
    public void Transform_ManyRows_GivesWhatOneByOneGives()
    {
        var ml = new MLContext(seed: 1);
        var fitted = Fit(ml, SmallWorld.Teacher);

        var together = Rows(ml, fitted, Train);
        var alone = Train.Take(60).SelectMany(dialogue => Rows(ml, fitted, dialogue)).ToArray();

        Assert.Equal(600, together.Length);
        for (var i = 0; i < alone.Length; i++)
        {
            Assert.Equal(alone[i].Demonstration, together[i].Demonstration);
            Assert.Equal(alone[i].DemonstrationScores, together[i].DemonstrationScores);
        }
    }

    [Fact]
    public void Transform_OfTrain_DemonstratesTheShareAlone()
    {
        var ml = new MLContext(seed: 1);

        var rows = Rows(ml, Fit(ml, SmallWorld.Teacher), Train);

        Assert.InRange(rows.Count(row => row.Demonstration.Length > 0) / 600.0, 0.18, 0.33);
        Assert.All(rows, row => Assert.True(row.Demonstration.Length is 0 or 20));
        Assert.All(rows, row => Assert.Equal(row.Demonstration.Length, row.DemonstrationScores.Length));
        Assert.All(rows.SelectMany(row => row.Demonstration), line => Assert.True(SmallWorld.Catalog.IndexOf(ListLine.Parse(line)!) >= 0));
    }

    [Fact]
    public void Transform_WhoseColumnsNobodyReads_AsksNobody()
    {
        var ml = new MLContext(seed: 1);
        var teacher = new Tired();
        var fitted = Fit(ml, teacher);
        teacher.IsTired = true;
        var later = fitted.Transform(ml.Data.LoadDialogues([SmallWorld.Conversation(999)[0]]));

        Assert.Equal(["small-999-1"], later.GetColumn<string>(ConvRecColumns.Id));
        Assert.ThrowsAny<Exception>(() => later.GetColumn<string[]>(ConvRecColumns.Demonstration).ToArray());
    }

    [Fact]
    public void Saved_Transformer_IsAnEmptyChain()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadDialogues(Train.Take(20).ToArray());
        ml.Model.Save(Fit(ml, new Tired()), data.Schema, folder.PathOf("model.zip"));

        var loaded = new MLContext().Model.Load(folder.PathOf("model.zip"), out _).Transform(data);

        Assert.Equal(data.Schema.Select(column => column.Name), loaded.Schema.Select(column => column.Name));
    }

    [Fact]
    public void Schema_BeforeTheFit_HoldsTheAddedColumns()
    {
        var ml = new MLContext(seed: 1);
        var dialogues = ml.Transforms.CustomMapping<Nothing, DialogueRow>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));
        var estimator = ml.Transforms.ConvRec.BuildDemonstrations(SmallWorld.Catalog, SmallWorld.Teacher);

        var shape = estimator.GetOutputSchema(dialogues).Select(column => column.Name);

        Assert.Contains(ConvRecColumns.Demonstration, shape);
        Assert.Contains(ConvRecColumns.DemonstrationScores, shape);
        Assert.Equal(
            Fit(ml, new Tired()).GetOutputSchema(ml.Data.LoadDialogues(Train).Schema).Select(column => column.Name).Order(), shape.Order());
    }

    [Fact]
    public void Fit_OfACancelledContext_Ends()
    {
        var ml = new MLContext(seed: 1);
        var teacher = new Tired { Delay = 20 };
        using var timer = new Timer(_ => CancelExecution(ml), null, 300, Timeout.Infinite);

        Assert.ThrowsAny<OperationCanceledException>(() => Fit(ml, teacher));
        Assert.True(teacher.Calls < Train.Length);
    }

    private static Row[] Rows(MLContext ml, DemonstrationTransformer fitted, params Dialogue[] dialogues) =>
        [.. ml.Data.CreateEnumerable<Row>(fitted.Transform(ml.Data.LoadDialogues(dialogues)), reuseRowObject: false)];

    // Internal in ML.NET 5.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CancelExecution")]
    private static extern void CancelExecution(MLContext context);

    private static DemonstrationTransformer Fit(MLContext ml, ITeacher teacher) =>
        ml.Transforms.ConvRec.BuildDemonstrations(SmallWorld.Catalog, teacher, Options).Fit(ml.Data.LoadDialogues(Train));

    private sealed class Nothing;

    private sealed class Row
    {
        public string[] Demonstration { get; set; } = [];

        public float[] DemonstrationScores { get; set; } = [];
    }

    private sealed class Tired : ITeacher
    {
        private int _calls;

        public bool IsTired { get; set; }

        public int Delay { get; init; }

        public int Calls => _calls;

        public string Name => "tired";

        public bool IsSimulated => true;

        public async ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            await Task.Delay(Delay, cancellationToken);
            return IsTired ? throw new InvalidOperationException("asked after the fit") : new TeacherList(
                dialogue.Id, Name, ["1. Echo of Horror"]);
        }
    }
}
