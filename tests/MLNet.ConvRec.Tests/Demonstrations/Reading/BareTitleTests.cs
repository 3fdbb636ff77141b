using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Demonstrations.Remap;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Demonstrations.Reading;

public sealed class BareTitleTests
{
    private static readonly ItemCatalog Catalog = ItemCatalog.Create(
    [
        new CatalogItem { Title = "It", Year = 1990 },
        new CatalogItem { Title = "It", Year = 2017 },
        new CatalogItem { Title = "Misery", Year = 1990 },
        new CatalogItem { Title = "Get Out", Year = 2017 },
        new CatalogItem { Title = "Up", Year = 2009 },
        new CatalogItem { Title = "Up", Year = 1984 },
    ]);

    [Fact]
    public void BareTitle_MeansWhatIsNamedTogetherWithTheSeen()
    {
        Assert.Equal(1990, YearOf("It", new ItemReference("Misery", 1990)));
        Assert.Equal(2017, YearOf("It", new ItemReference("Get Out", 2017)));
    }

    [Fact]
    public void BareTitle_MeansWhatSuitsTheListsOtherLines()
    {
        var context = Statistics.ContextOf(Dialogue("new-1", [], new ItemReference("Up", 2009)));

        var read = Reader.Read(["1. It", "2. Misery", "3. Get Out (2010)"], context);

        Assert.Equal(1990, Catalog.Items[read.Lines[0].Item!.Value].Year);
    }

    [Fact]
    public void BareTitle_WithNothingAround_IsTheMostPopularThenTheNewest()
    {
        Assert.Equal(1984, YearOf("Up"));
        Assert.Equal(2017, YearOf("It"));
    }

    [Fact]
    public void BareTitle_ForADialogueOfTrain_DoesNotKnowItsAnswer()
    {
        Dialogue[] train =
        [
            Dialogue("a-1", [new("It", 1990)], new ItemReference("Misery", 1990)),
            Dialogue("b-1", [new("Up", 2009)], new ItemReference("It", 2017)),
        ];
        var statistics = new DialogueStatistics(train, Catalog, new TextSimilarity(Catalog, 4), 4);
        var others = new DialogueStatistics(train[1..], Catalog, new TextSimilarity(Catalog, 4), 4);
        int[] misery = [2];

        var (own, left) = (statistics.TiesOf(misery, "a"), others.TiesOf(misery, "a"));

        Assert.Equal(left.Together(0), own.Together(0));
        Assert.NotEqual(left.Together(0), statistics.TiesOf(misery, "new").Together(0));
    }

    [Theory]
    [InlineData("Misery", 1990, 1990)]
    [InlineData("Get Out", 2017, 2017)]
    public async Task TeachersBareTitle_BecomesTheItemThatSuitsTheDialogue(string seen, int seenYear, int year)
    {
        var cancel = TestContext.Current.CancellationToken;
        var teacher = RecordedTeacher.From([new TeacherList("new-1", "someone", ["1. It"])]);
        var options = new DemonstrationOptions { Steps = DemonstrationSteps.None };

        var fitted = await DemonstrationBuilder.FitAsync(Train, Catalog, teacher, null, null, options, null, cancel);
        var built = await fitted.BuildAsync(Dialogue("new-1", [], new ItemReference(seen, seenYear)), cancel);

        Assert.Equal(("It", (int?)year), (Assert.Single(built.Items).Title, built.Items[0].Year));
    }

    // ReDial: films of a title with several years, named without the year, each once a conversation; its own conversation is left out.
    [Fact]
    public void OnReDial_ContextFindsMoreYearsThanPopularityAlone()
    {
        if (GoldenFiles.DataFolder is not { } folder)
        {
            Assert.Equal(1990, YearOf("It", new ItemReference("Misery", 1990)));
            return;
        }

        var catalog = ItemCatalog.Load(Path.Combine(folder, "catalogs", "redial.jsonl"));
        var train = DialogueFile.Read(Path.Combine(folder, "dialogues", "redial", "train.jsonl")).ToArray();
        var valid = DialogueFile.Read(Path.Combine(folder, "dialogues", "redial", "valid.jsonl")).ToArray();
        var statistics = new DialogueStatistics(train, catalog, new TextSimilarity(catalog, 100), 100);
        var reader = new ListReader(catalog, DemonstrationBuilder.PopularityOf(catalog, train));
        foreach (var (name, split, leastGain) in new[] { ("train", train, 0.02), ("valid", valid, 0.01) })
        {
            var mentions = Mentions(split, catalog).ToArray();
            var alone = mentions.Average(mention => Found(mention.Film, mention.Context(statistics) with { Seen = [] }));
            var around = mentions.Average(mention => Found(mention.Film, mention.Context(statistics)));
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"ReDial {name}, {mentions.Length} bare titles: {alone:p2} by popularity alone, {around:p2} with what is around"));
            Assert.True(around - alone >= leastGain, $"{name}: {around} with context, {alone} without");
        }

        double Found(int film, ListContext context) => reader.Read([catalog.Items[film].Title], context).Lines[0].Item == film ? 1 : 0;
    }

    private static IEnumerable<(int Film, Func<DialogueStatistics, ListContext> Context)> Mentions(Dialogue[] split, ItemCatalog catalog) =>
        from conversation in split.GroupBy(dialogue => dialogue.ConversationId)
        from film in conversation.SelectMany(dialogue => Named(dialogue, catalog)).Distinct()
        where catalog.WithTitle(catalog.Items[film].Title).Count > 1
        let last = conversation.Last(dialogue => Named(dialogue, catalog).Contains(film))
        let around = Named(last, catalog).Where(item => item != film).ToArray()
        select (film, (Func<DialogueStatistics, ListContext>)(statistics => new ListContext(around, items => statistics.TiesOf(items, conversation.Key))));

    private static IEnumerable<int> Named(Dialogue dialogue, ItemCatalog catalog) =>
        dialogue.Seen!.Concat(dialogue.GroundTruth).Select(catalog.IndexOf).Where(item => item >= 0).Distinct();

    private static int? YearOf(string title, params ItemReference[] seen) =>
        Catalog.Items[Reader.Read([title], Statistics.ContextOf(Dialogue("new-1", [], seen))).Lines[0].Item!.Value].Year;

    private static Dialogue[] Train { get; } =
    [
        Dialogue("a-1", [new("It", 1990)], new ItemReference("Misery", 1990)),
        Dialogue("b-1", [new("It", 1990)], new ItemReference("Misery", 1990)),
        Dialogue("c-1", [new("It", 2017)], new ItemReference("Get Out", 2017)),
        Dialogue("d-1", [new("Get Out", 2017)], new ItemReference("Up", 1984)),
    ];

    private static DialogueStatistics Statistics { get; } = new(Train, Catalog, new TextSimilarity(Catalog, 4), 4);

    private static ListReader Reader { get; } = new(Catalog, DemonstrationBuilder.PopularityOf(Catalog, Train));

    private static Dialogue Dialogue(string id, ItemReference[] truth, params ItemReference[] seen) =>
        new() { Id = id, Turns = [new Turn(Role.User, "hello")], Seen = seen, GroundTruth = truth };
}
