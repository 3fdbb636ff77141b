using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Demonstrations;

public sealed class DemonstrationTransformerTests
{
    private static readonly Dialogue[] Train = SmallWorld.Train(30);
    private static readonly DemonstrationOptions Options = new() { ListLength = 6, Folds = 2, MaxIterations = 20, Candidates = 10 };
    private static readonly Lazy<DemonstrationTransformer> Fitted = new(() => Fit(Options));

    [Fact]
    public async Task Explanation_AddsUpToTheDemonstration()
    {
        var dialogue = SmallWorld.Conversation(900)[0];

        var told = await Fitted.Value.ExplainAsync(dialogue, TestContext.Current.CancellationToken);

        Assert.Equal(await Demonstration(Fitted.Value, dialogue), told.Demonstration);
        Assert.Equal(told.Demonstration.Select(Named), told.Items.Where(item => item.FinalRank <= 6).OrderBy(item => item.FinalRank).Select(item => item.Item));
        Assert.Contains(told.Items, item => item.IsTrue);
        Assert.Contains(told.Items, item => item.Rating > 0);
        foreach (var item in told.Items)
        {
            var (remap, expected) = (item.Remap, item.RemapScore);
            var sum = remap.Named + remap.LineCoMention + remap.LineText + remap.ConversationCoMention + remap.ConversationText + remap.ConversationWords;
            Assert.Equal(expected, sum, 9);
            Assert.Equal(item.RemapScore + (0.5 * (item.Rating ?? 0) / 2), item.ReflectScore, 9);
            Assert.Equal((item.Weight * item.ReflectScore) + item.Bias, item.FinalScore, 9);
            Assert.Equal(item.IsSeen, item.FinalRank is null);
        }
    }

    [Fact]
    public async Task Explanation_TellsHowEachLineWasRead()
    {
        var dialogue = SmallWorld.Conversation(901)[0];

        var told = await Fitted.Value.ExplainAsync(dialogue, TestContext.Current.CancellationToken);

        Assert.Equal(told.TeacherList.Raw.Count, told.Lines.Count + told.UnreadLines);
        Assert.Equal(Enumerable.Range(1, told.Lines.Count), told.Lines.Select(line => line.Rank));
        Assert.Contains(told.Lines, line => line.Item is null); // the world has films that the shop lacks
        Assert.Contains(told.Lines, line => line.Item is not null);
        Assert.Equal(1 / Math.Sqrt(3), told.Lines[2].PositionScore, 12);
    }

    [Fact]
    public async Task Explanation_WithoutSteps_IsTheTeachersList()
    {
        var fitted = Fit(Options with { Steps = DemonstrationSteps.None });

        var told = await fitted.ExplainAsync(Train[0], TestContext.Current.CancellationToken);

        Assert.Equal(DemonstrationSteps.None, told.Steps);
        Assert.All(told.Items, item => Assert.Null(item.Rating));
        Assert.Equal(await Demonstration(fitted, Train[0]), told.Demonstration);
    }

    [Fact]
    public async Task Build_KeepsTheOrderOfTheDialogues()
    {
        var late = new Slow(SmallWorld.Teacher);
        var fitted = Fit(Options with { Concurrency = 7 }, late);

        var built = await fitted.BuildAsync(Train, TestContext.Current.CancellationToken).ToArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Train.Select(dialogue => dialogue.Id), built.Select(demonstration => demonstration.Id));
        Assert.InRange(late.MostAtOnce, 2, 7);
        Assert.Equal(await Demonstration(Fitted.Value, Train[5]), built[5].Items);
    }

    [Fact]
    public async Task Build_WaitsForWhatIsUnderWay_WhenOneFails()
    {
        var failing = new Slow(SmallWorld.Teacher) { FailsFor = "small-3-1" };
        var fitted = Fit(Options with { Concurrency = 4, Steps = DemonstrationSteps.None }, failing);

        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var _ in fitted.BuildAsync(Train, TestContext.Current.CancellationToken))
            {
            }
        });

        Assert.Equal(failing.Begun, failing.Ended);
    }

    [Fact]
    public void FitShare_AsksTheTeacherAboutThatShare()
    {
        var (all, half) = (new Slow(SmallWorld.Teacher), new Slow(SmallWorld.Teacher));

        Fit(Options, all);
        Fit(Options with { FitShare = 0.5 }, half);

        Assert.Equal(Train.Length, all.Begun);
        Assert.InRange(half.Begun, Train.Length / 4, 3 * Train.Length / 4);
    }

    [Fact]
    public async Task HeldOutConversations_AreNeitherKnownNorImitated()
    {
        var options = Options with { Share = 0.6, HeldOut = 0.4, Substitutions = 2 };
        var heldOut = Train.Where(dialogue => ImitatedShare.IsHeldOut(dialogue.ConversationId, options)).ToArray();
        Assert.InRange(heldOut.Length, 1, Train.Length - 1);
        Dialogue[] otherAnswers = [.. Train.Select(dialogue => heldOut.Contains(dialogue) ? dialogue with { GroundTruth = Train[0].GroundTruth } : dialogue)];
        var known = Train.Except(heldOut).ToArray();
        var asked = new Slow(SmallWorld.Teacher);

        var fitted = Fit(options, asked);
        var others = Fit(options, otherAnswers);
        var alone = Fit(options with { HeldOut = 0 }, known);

        Assert.Equal(known.Length, asked.Begun);
        foreach (var dialogue in (Dialogue[])[.. Train, .. SmallWorld.Conversation(900)])
        {
            var demonstration = await Demonstration(fitted, dialogue);
            Assert.Equal(demonstration, await Demonstration(others, dialogue));
            if (!heldOut.Contains(dialogue))
                Assert.Equal(demonstration, await Demonstration(alone, dialogue));
        }

        Assert.Equal(
            ItemSubstitution.Extend(Train, SmallWorld.Catalog, options).Skip(Train.Length).Select(copy => copy.Turns[0].Text),
            ItemSubstitution.Extend(otherAnswers, SmallWorld.Catalog, options).Skip(Train.Length).Select(copy => copy.Turns[0].Text));
        Dialogue[] rows = [.. Train, .. SmallWorld.Conversation(900)];
        var ml = new MLContext(seed: 1);
        var lines = fitted.Transform(ml.Data.LoadDialogues(rows)).GetColumn<string[]>(ConvRecColumns.Demonstration).ToArray();
        for (var i = 0; i < rows.Length; i++)
            Assert.Equal(heldOut.Contains(rows[i]), lines[i].Length == 0); // what is no part of train, as a validation set, has its demonstrations
    }

    [Fact]
    public void FitShare_ThatLeavesNobody_IsNamed()
    {
        var problem = Assert.ThrowsAny<Exception>(() => Fit(Options with { FitShare = 1e-9 }));

        Assert.Contains("FitShare", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FallbackTeacher_AsksTheSecond_WhereTheFirstHasNoList()
    {
        var recorded = RecordedTeacher.From([new TeacherList(Train[0].Id, "gpt-4", ["1. Night of Horror"])]);
        var teacher = new FallbackTeacher(recorded, SmallWorld.Teacher);

        var first = await teacher.RecommendAsync(Train[0], TestContext.Current.CancellationToken);
        var second = await teacher.RecommendAsync(Train[1], TestContext.Current.CancellationToken);

        Assert.Equal(("gpt-4", "world (simulated)"), (first.Model, second.Model));
        Assert.Equal(1, teacher.FallbackCount);
        Assert.Equal("gpt-4, otherwise world (simulated)", teacher.Name);
    }

    private static DemonstrationTransformer Fit(DemonstrationOptions options, ITeacher? teacher = null) => Fit(options, Train, teacher);

    private static DemonstrationTransformer Fit(DemonstrationOptions options, Dialogue[] train, ITeacher? teacher = null)
    {
        var ml = new MLContext(1);
        return ml.Transforms.ConvRec
            .BuildDemonstrations(SmallWorld.Catalog, teacher ?? SmallWorld.Teacher, options, SmallWorld.Teacher)
            .Fit(ml.Data.LoadDialogues(train));
    }

    private static async Task<IReadOnlyList<Recommendation>> Demonstration(DemonstrationTransformer fitted, Dialogue dialogue) =>
        (await fitted.BuildAsync([dialogue], TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken)).Items;

    private static ItemReference Named(Recommendation item) => new(item.Title, item.Year);

    // Answers late and out of order.
    private sealed class Slow(ITeacher teacher) : ITeacher
    {
        private int _begun, _ended, _atOnce, _most;

        public string Name => teacher.Name;

        public bool IsSimulated => true;

        public string? FailsFor { get; init; }

        public int Begun => _begun;

        public int Ended => _ended;

        public int MostAtOnce => _most;

        public async ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _begun);
            var now = Interlocked.Increment(ref _atOnce);
            int most;
            while (now > (most = _most))
                Interlocked.CompareExchange(ref _most, now, most);
            try
            {
                await Task.Delay(1 + (dialogue.Id.Length * 7 % 13), cancellationToken);
                return dialogue.Id == FailsFor
                    ? throw new InvalidDataException("scripted failure")
                    : await teacher.RecommendAsync(dialogue, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _atOnce);
                Interlocked.Increment(ref _ended);
            }
        }
    }
}
