using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Demonstrations;

public sealed class DemonstrationBuilderTests
{
    private static readonly Dialogue[] Train = SmallWorld.Train(60);
    private static readonly DemonstrationOptions Options = new() { ListLength = 8, Folds = 2, MaxIterations = 30 };
    private static readonly Lazy<Task<FittedDemonstrations>> Fitted = new(() => Fit(Train, Options));

    [Fact]
    public async Task Demonstration_HoldsCatalogItemsOnceAndNothingSeen()
    {
        var fitted = await Fitted.Value;

        foreach (var dialogue in Train.Take(20))
        {
            var items = (await fitted.BuildAsync(dialogue, TestContext.Current.CancellationToken)).Items;
            Assert.Equal(8, items.Count);
            var indices = items.Select(item => SmallWorld.Catalog.IndexOf(new ItemReference(item.Title, item.Year)));
            Assert.Equal(8, indices.Where(index => index >= 0).Distinct().Count());
            Assert.DoesNotContain(items, item => dialogue.Seen!.Any(seen => seen.Title == item.Title));
            Assert.Equal(items.OrderByDescending(item => item.Score), items);
        }
    }

    [Fact]
    public async Task Demonstration_OfATrainDialogue_DoesNotKnowItsAnswer()
    {
        var conversation = Train[20].ConversationId;
        var changed = Array.ConvertAll(Train, d => d.ConversationId == conversation ? d with { GroundTruth = [SmallWorld.Film(0, 0)] } : d);

        var (before, after) = (await Fitted.Value, await Fit(changed, Options));

        Assert.Equal(await Build(before, Train[20]), await Build(after, changed[20]));
        // The fit did see the change: others' scores moved.
        Assert.NotEqual(await Build(before, Changing(conversation)), await Build(after, Changing(conversation)));
    }

    [Fact]
    public async Task Demonstration_FittedAgain_IsTheSame()
    {
        Assert.Equal(await Build(await Fitted.Value, Train[0]), await Build(await Fit(Train, Options), Train[0]));
    }

    [Fact]
    public async Task AllSteps_FindMoreThanTheTeacher()
    {
        var later = Enumerable.Range(900, 60).SelectMany(SmallWorld.Conversation).ToArray();

        var own = await Hits(await Fit(Train, Options with { Steps = DemonstrationSteps.None }), later);
        var remapped = await Hits(await Fit(Train, Options with { Steps = DemonstrationSteps.Remap }), later);
        var all = await Hits(await Fitted.Value, later);

        Assert.True(remapped > own && all > own, $"teacher {own}, remap {remapped}, all {all}");
    }

    [Fact]
    public async Task NoSteps_GiveTheTeachersOwnListInItsOrderWithoutAskingAboutTrain()
    {
        var teacher = new Scripted(
            "1. Echo of Horror", "2. Nowhere (1999)", "3. Night of Comedy (1980)", "4. Echo of Horror", "5. Crown of Western");
        var fitted = await Fit(Train, Options with { Steps = DemonstrationSteps.None }, teacher);
        var dialogue = new Dialogue { Id = "new-1", Turns = [new Turn(Role.User, "hi")], Seen = [SmallWorld.Film(2, 8)] };

        Assert.Equal(0, teacher.Calls);
        Assert.Equal(["Echo of Horror", "Night of Comedy"], (await Build(fitted, dialogue)).Select(item => item.Title));
    }

    [Fact]
    public async Task Teacher_IsAskedAboutADialogueOnce()
    {
        var teacher = new Scripted("1. Echo of Horror");
        var fitted = await Fit(Train, Options, teacher);

        await Build(fitted, Train[0]);
        await Build(fitted, Train[0]);

        Assert.Equal(Train.Length, teacher.Calls);
    }

    [Fact]
    public async Task Reflect_MovesWhatTheJudgeLikesUpAndAsksAboutTheBest()
    {
        var judge = new Contrarian();
        var options = Options with { Candidates = 30, Gamma = 100 };
        var dialogue = Dialogue.FromUser("hello", "new-1");

        var liked = await Build(await Fit(Train, options, judge: judge), dialogue);
        var unasked = await Build(
            await Fit(Train, options with { Steps = DemonstrationSteps.Remap | DemonstrationSteps.Adjust }, judge: judge), dialogue);

        Assert.Equal(30, judge.Asked);
        Assert.Equal(judge.Liked, liked[0].Title);
        Assert.NotEqual(judge.Liked, unasked[0].Title);
    }

    [Fact]
    public async Task Reflect_WithAJudgeThatSkipsCandidates_Throws()
    {
        var fitted = await Fit(Train, Options, judge: new Idle());

        await Assert.ThrowsAsync<InvalidOperationException>(() => Build(fitted, Train[0]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public async Task Reflect_WithAJudgeWhoseGradeIsNoNumber_IsOneSentence(double grade)
    {
        var fitted = await Fit(Train, Options, judge: new Constant(grade));

        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => Build(fitted, Train[0]));

        Assert.Contains($"dialogue {Train[0].Id}; it must grade each from -2 to 2", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TeacherThatAnswersNonsense_IsCounted_AndTheListsAreWhatTrainSays()
    {
        var told = new List<string>();
        var fitted = await DemonstrationBuilder.FitAsync(
            Train, SmallWorld.Catalog, new Scripted("Colourless green ideas sleep furiously tonight.", "?!"), null, null, Options,
            new Listener(told.Add), TestContext.Current.CancellationToken);

        var items = await Build(fitted, SmallWorld.Conversation(900)[0]);

        Assert.Contains("120 dialogues, 0 without a list; 0 lines name something, 0 of them items of the catalog, 0 repeat one; 240 could not be read.", told[0], StringComparison.Ordinal);
        Assert.Contains("no item of the catalog at all", told[0], StringComparison.Ordinal);
        Assert.Equal(new TeacherListCounts(1, 0, 0, 0, 0, 2), fitted.Lists);
        Assert.Equal(8, items.Count);
        Assert.All(items, item => Assert.True(double.IsFinite(item.Score)));
    }

    [Fact]
    public async Task Lists_AreCountedAsTheyAreBuilt()
    {
        var fitted = await Fit(Train, Options, new Scripted("1. Echo of Horror", "2. Echo of Horror", "3. Nowhere (1999)", "Enjoy these!"));
        await Build(fitted, Train[0]);
        await Build(fitted, Train[1]);

        Assert.Equal(new TeacherListCounts(2, 0, 6, 4, 2, 2), fitted.Lists);
        Assert.DoesNotContain("no item of the catalog at all", fitted.Lists.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItemsWithoutText_AreCountedAndTold()
    {
        var bare = ItemCatalog.Create([
            .. SmallWorld.Catalog.Items.Select((item, i) => i < 5 ? item with { Genres = [] } : item), new CatalogItem { Title = "!!!", Year = 2000 }]);
        var told = new List<string>();
        var fitted = await DemonstrationBuilder.FitAsync(
            Train, bare, SmallWorld.Teacher, null, null, Options, new Listener(told.Add), TestContext.Current.CancellationToken);

        Assert.StartsWith("Texts: 6 of 41 items have a title and nothing else", told[0], StringComparison.Ordinal);
        Assert.Contains("; 1 have nothing that can be compared", told[0], StringComparison.Ordinal);
        Assert.Equal(8, (await Build(fitted, Train[0])).Count);
    }

    [Fact]
    public async Task Share_IsChosenByConversation()
    {
        var fitted = await Fitted.Value;
        var imitated = Train.Where(fitted.IsImitated).Select(dialogue => dialogue.ConversationId).ToHashSet();

        Assert.InRange(imitated.Count, 8, 24);
        Assert.All(Train, dialogue => Assert.Equal(imitated.Contains(dialogue.ConversationId), fitted.IsImitated(dialogue)));
        Assert.All(Train, dialogue => Assert.True(fitted.IsImitated(dialogue with { GroundTruth = [] })));
        Assert.True(fitted.IsImitated(SmallWorld.Conversation(999)[0]));
    }

    [Fact]
    public async Task Train_OfOneConversation_DoesNotKnowItsOwnAnswerEither()
    {
        var train = SmallWorld.Conversation(7);
        var changed = Array.ConvertAll(train, dialogue => dialogue with { GroundTruth = [SmallWorld.Film(0, 0)] });

        Assert.Equal(await Build(await Fit(train, Options), train[0]), await Build(await Fit(changed, Options), changed[0]));
    }

    [Fact]
    public async Task Train_WithoutATrueItemOfTheCatalog_IsToldSo()
    {
        var problem = await Assert.ThrowsAsync<InvalidDataException>(
            () => Fit([.. Train.Select(dialogue => dialogue with { GroundTruth = [] })], Options));

        Assert.Contains("true item", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_TellsOfTheTeachersListsAndTheFit()
    {
        var told = new List<string>();

        await DemonstrationBuilder.FitAsync(
            Train, SmallWorld.Catalog, SmallWorld.Teacher, null, null, Options, new Listener(told.Add), TestContext.Current.CancellationToken);

        Assert.Contains("world (simulated): 120 dialogues, 0 without a list", told[0], StringComparison.Ordinal);
        Assert.Contains(told, sentence => sentence.StartsWith("Adjust: w and b of 40 items", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_SaysSoWhereTheToleranceIsNotMet()
    {
        var told = new List<string>();
        await DemonstrationBuilder.FitAsync(
            Train, SmallWorld.Catalog, SmallWorld.Teacher, null, null, Options with { MaxIterations = 1 }, new Listener(told.Add), TestContext.Current.CancellationToken);

        Assert.Contains(told, sentence => sentence.EndsWith("in 1 steps, tolerance not met.", StringComparison.Ordinal));
    }

    // A new dialogue that has seen what the conversation had.
    private static Dialogue Changing(string conversation) =>
        Train.First(dialogue => dialogue.ConversationId == conversation) with { Id = "new-1", GroundTruth = [] };

    private static Task<FittedDemonstrations> Fit(Dialogue[] train, DemonstrationOptions options, ITeacher? teacher =
        null, IJudge? judge = null) =>
        DemonstrationBuilder.FitAsync(
            train, SmallWorld.Catalog, teacher ?? SmallWorld.Teacher, judge, null, options, null, TestContext.Current.CancellationToken);

    private static async Task<IReadOnlyList<Recommendation>> Build(FittedDemonstrations fitted, Dialogue dialogue) =>
        (await fitted.BuildAsync(dialogue, TestContext.Current.CancellationToken)).Items;

    private static async Task<int> Hits(FittedDemonstrations fitted, Dialogue[] dialogues)
    {
        var hits = 0;
        foreach (var dialogue in dialogues)
            hits += (await Build(fitted, dialogue)).Count(item => item.Title == dialogue.GroundTruth[0].Title);
        return hits;
    }

    private sealed class Listener(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }

    private sealed class Scripted(params string[] lines) : ITeacher
    {
        private int _calls;

        public int Calls => _calls;

        public string Name => "scripted";

        public bool IsSimulated => true;

        public ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            return ValueTask.FromResult(new TeacherList(dialogue.Id, Name, lines));
        }
    }

    // Likes the last candidate alone.
    private sealed class Contrarian : IJudge
    {
        public int Asked { get; private set; }

        public string? Liked { get; private set; }

        public ValueTask<IReadOnlyList<double>> RateAsync(
            Dialogue dialogue, IReadOnlyList<CatalogItem> candidates, int ratingScale, CancellationToken cancellationToken)
        {
            (Asked, Liked) = (candidates.Count, candidates[^1].Title);
            return ValueTask.FromResult<IReadOnlyList<double>>([.. candidates.Select(item => item.Title == Liked ? ratingScale : 0.0)]);
        }
    }

    private sealed class Constant(double grade) : IJudge
    {
        public ValueTask<IReadOnlyList<double>> RateAsync(
            Dialogue dialogue, IReadOnlyList<CatalogItem> candidates, int ratingScale, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<double>>([.. candidates.Select(_ => grade)]);
    }

    private sealed class Idle : IJudge
    {
        public ValueTask<IReadOnlyList<double>> RateAsync(
            Dialogue dialogue, IReadOnlyList<CatalogItem> candidates, int ratingScale, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<double>>([1]);
    }
}
