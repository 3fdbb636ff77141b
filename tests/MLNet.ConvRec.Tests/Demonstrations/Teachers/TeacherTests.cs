using System.Text.RegularExpressions;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Demonstrations.Teachers;

public sealed class TeacherTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    [Fact]
    public async Task World_AskedAgain_WritesTheSameList()
    {
        var dialogue = SmallWorld.Conversation(1)[0];

        var first = await SmallWorld.Teacher.RecommendAsync(dialogue, None);
        var again = await SmallWorld.Teacher.RecommendAsync(dialogue, None);
        var another = await SmallWorld.Teacher.RecommendAsync(dialogue with { Id = "another" }, None);
        var reseeded = await new WorldTeacher(SmallWorld.WorldItems, new WorldTeacherOptions { Seed = 1 }).RecommendAsync(dialogue, None);

        Assert.Equal(first.Raw, again.Raw);
        Assert.NotEqual(first.Raw, another.Raw);
        Assert.NotEqual(first.Raw, reseeded.Raw);
    }

    [Fact]
    public async Task World_DoesNotLookAtTheTrueItems()
    {
        var dialogue = SmallWorld.Conversation(1)[0];

        var list = await SmallWorld.Teacher.RecommendAsync(dialogue, None);

        Assert.Equal(
            list.Raw, (await SmallWorld.Teacher.RecommendAsync(dialogue with { GroundTruth = [SmallWorld.Film(3, 3)] }, None)).Raw);
    }

    [Fact]
    public async Task World_WritesWithTheFaultsOfAModel()
    {
        List<string> lines = [];
        foreach (var dialogue in SmallWorld.Train(100))
            lines.AddRange((await SmallWorld.Teacher.RecommendAsync(dialogue, None)).Raw);

        Assert.Contains(lines, line => line.EndsWith(':'));
        Assert.Contains(lines, line => line.Contains("Outer ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("- ", StringComparison.Ordinal));
        Assert.InRange(lines.Count(line => !Regex.IsMatch(line, @"\(\d{4}\)")) / (double)lines.Count, 0.2, 0.35);
    }

    [Fact]
    public async Task World_ListsWhatTheDialogueIsAbout()
    {
        var teacher = new WorldTeacher(SmallWorld.WorldItems, new WorldTeacherOptions { ListLength = 10 });

        var list = await teacher.RecommendAsync(Dialogue.FromUser("Something scary please"), None);

        Assert.True(list.Raw.Count(line => line.Contains("Horror", StringComparison.Ordinal)) >= 9);
    }

    [Fact]
    public void Simulated_TeachersSaySo()
    {
        ITeacher[] simulated = [SmallWorld.Teacher, TogetherTeacher.Fit(SmallWorld.Train(5), SmallWorld.Catalog, 5)];

        Assert.All(simulated, teacher => Assert.True(teacher.IsSimulated && teacher.Name.Contains("simulated", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task World_WithRatings_ListsWhatTheSamePeopleLike()
    {
        using var folder = new TemporaryFolder();
        var films = Enumerable.Range(0, 30).Select(i => $$"""{"title":"Film {{i}}","year":{{1990 + i}},"movieId":{{i}}}""");
        var items = folder.WithLines("items.jsonl", films);
        // Everyone who likes film 3 likes film 7.
        var rated = Enumerable.Range(0, 20).SelectMany(u => (string[])[$"{u},3,5,0", $"{u},7,4.5,0", $"{u},{10 + (u % 5)},2,0"]);
        var ratings = folder.WithLines("ratings.csv", ["userId,movieId,rating,timestamp", .. rated]);
        var teacher = WorldTeacher.Load(
            items, ratings, new WorldTeacherOptions { Noise = 0.01, MissingYearRate = 0, ProseRate = 0, ListLength = 3 });

        var list = await teacher.RecommendAsync(
            new Dialogue { Id = "d", Turns = [new Turn(Role.User, "more")], Seen = [new ItemReference("Film 3", 1994)] }, None);

        Assert.Contains("Film 7", list.Raw[0], StringComparison.Ordinal);
    }

    [Fact]
    public void World_WithABadRating_TellsFileAndLine()
    {
        using var folder = new TemporaryFolder();
        var items = folder.WithLines("items.jsonl", """{"title":"Alien","year":1979,"movieId":1}""");

        var problem = Assert.Throws<InvalidDataException>(
            () => WorldTeacher.Load(
                items, folder.WithLines("ratings.csv", "userId,movieId,rating", "1,1,4.5", "1,one,4"), new WorldTeacherOptions()));
        var headless = Assert.Throws<InvalidDataException>(
            () => WorldTeacher.Load(items, folder.WithLines("headless.csv", "1,1,4.5"), new WorldTeacherOptions()));

        Assert.Contains("ratings.csv, line 3", problem.Message, StringComparison.Ordinal);
        Assert.Contains("userId", headless.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task World_AsJudge_LikesTheKindThatIsAskedFor()
    {
        var candidates = SmallWorld.Catalog.Items;

        var grades = await SmallWorld.Teacher.RateAsync(Dialogue.FromUser("I want a western"), candidates, 2, None);

        Assert.Equal(candidates.Count, grades.Count);
        Assert.All(grades, grade => Assert.InRange(grade, -2, 2));
        Assert.True(Mean("Western") > Mean("Comedy") + 1);

        double Mean(string genre) => grades.Where((_, i) => candidates[i].Genres[0] == genre).Average();
    }

    [Fact]
    public async Task Recorded_WithoutAList_IsEmptyAndCounted()
    {
        using var folder = new TemporaryFolder();
        var lists = folder.WithLines("lists.jsonl", """{"id":"a-1","model":"gpt","raw":["1. Alien","2. It"],"matched":[]}""");
        var teacher = RecordedTeacher.Load(lists);

        var known = await teacher.RecommendAsync(Dialogue.FromUser("hello", "a-1"), None);
        var unknown = await teacher.RecommendAsync(Dialogue.FromUser("hello", "a-2"), None);

        Assert.Equal(["1. Alien", "2. It"], known.Raw);
        Assert.Empty(unknown.Raw);
        Assert.Equal((1, "gpt", false), (teacher.MissingCount, teacher.Name, teacher.IsSimulated));
    }

    [Fact]
    public void Recorded_Malformed_TellsFileAndLine()
    {
        using var folder = new TemporaryFolder();
        var path = folder.WithLines("lists.jsonl", """{"id":"a-1","model":"gpt","raw":[]}""", """{"id":"a-2","model":"gpt","raw":[3]}""");

        var problem = Assert.Throws<InvalidDataException>(() => RecordedTeacher.Load(path));

        Assert.Contains("line 2", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Together_OfATrainDialogue_DoesNotKnowItsAnswer()
    {
        var train = SmallWorld.Train(30);
        var changed = train.Select(d => d.ConversationId == "small-3" ? d with { GroundTruth = [SmallWorld.Film(0, 0)] } : d).ToArray();

        var list = await TogetherTeacher.Fit(train, SmallWorld.Catalog, 20).RecommendAsync(train[6], None);

        Assert.Equal("small-3", train[6].ConversationId);
        Assert.Equal(list.Raw, (await TogetherTeacher.Fit(changed, SmallWorld.Catalog, 20).RecommendAsync(changed[6], None)).Raw);
    }
}
