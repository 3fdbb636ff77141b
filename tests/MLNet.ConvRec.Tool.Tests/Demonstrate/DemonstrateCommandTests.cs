using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Demonstrations;

namespace MLNet.ConvRec.Tool.Tests.Demonstrate;

public sealed class DemonstrateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _catalog, _train, _dialogues;

    public DemonstrateCommandTests()
    {
        (_catalog, _train, _dialogues) = (_folder.PathOf("catalog.jsonl"), _folder.PathOf("train.jsonl"), _folder.PathOf("valid.jsonl"));
        SmallWorld.Catalog.Save(_catalog);
        DialogueFile.Write(_train, SmallWorld.Train(30));
        DialogueFile.Write(_dialogues, Enumerable.Range(900, 8).SelectMany(SmallWorld.Conversation));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Outputs_HoldEveryDialogue()
    {
        var (output, lists) = (_folder.PathOf("demonstrations.jsonl"), _folder.PathOf("lists.jsonl"));

        var run = await Of("--output", output, "--recommendations", lists, "--length", "6");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var demonstrations = DemonstrationFile.Read(output, new DemonstrationFileOptions { ListLength = 6 }).ToArray();
        var recommendations = RecommendationFile.Read(lists).ToArray();
        Assert.Equal(DialogueFile.Read(_dialogues).Select(dialogue => dialogue.Id), recommendations.Select(list => list.Id));
        Assert.Equal(recommendations.Select(list => list.Id), demonstrations.Select(demonstration => demonstration.Id));
        foreach (var (demonstration, list) in demonstrations.Zip(recommendations))
        {
            Assert.Equal(6, list.Recommendations.Count);
            Assert.Equal(list.Recommendations.Select(item => item.Title), demonstration.Items.Select(item => item.Title));
            Assert.All(list.Recommendations, item => Assert.True(SmallWorld.Catalog.IndexOf(new ItemReference(item.Title, item.Year)) >= 0));
        }
    }

    [Fact]
    public async Task OfTrainItself_TheShareAloneIsDemonstrated()
    {
        var (output, lists) = (_folder.PathOf("demonstrations.jsonl"), _folder.PathOf("lists.jsonl"));

        var run = await Run.Of(["demonstrate", "--catalog", _catalog, "--train", _train, "--dialogues", _train, "--output", output, "--recommendations", lists]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(60, RecommendationFile.Read(lists).Count());
        Assert.InRange(DemonstrationFile.Read(output).Count(), 4, 26);
    }

    [Fact]
    public async Task WithoutAllSteps_IsTheTeachersOwnList()
    {
        var recorded = _folder.WithLines(
            "lists.jsonl", """{"id":"small-900-1","model":"gpt-4","raw":["1. Night of Horror","2. Nothing Known (1950)","3. Echo of Comedy (1989)"]}""");
        var lists = _folder.PathOf("own.jsonl");

        var run = await Of("--teacher", $"recorded:{recorded}", "--without", "remap,reflect,adjust", "--recommendations", lists);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("15 times a dialogue had no recorded list", run.Output, StringComparison.Ordinal);
        var first = RecommendationFile.Read(lists).First();
        Assert.Equal(["Night of Horror", "Echo of Comedy"], first.Recommendations.Select(item => item.Title));
    }

    [Theory]
    [InlineData("remap")]
    [InlineData("reflect")]
    [InlineData("adjust")]
    public async Task WithoutAStep_TheListsAreOthers_AndTheWayTellsSo(string step)
    {
        var films = _folder.PathOf("world.jsonl");
        ItemCatalog.Create(SmallWorld.WorldItems).Save(films);
        string[] world = ["--world-items", films, "--world-ratings", _folder.WithLines("ratings.csv", "userId,movieId,rating", "1,1,5", "1,2,5"), "--judge", "world"];
        var (all, without) = (_folder.PathOf("all.jsonl"), _folder.PathOf("without.jsonl"));

        Assert.Equal(0, (await Of([.. world, "--recommendations", all])).ExitCode);
        var run = await Of([.. world, "--recommendations", without, "--without", step, "--explain", "small-901-2"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"{char.ToUpperInvariant(step[0])}{step[1..]} is left out", run.Output, StringComparison.Ordinal);
        Assert.NotEqual(File.ReadAllText(all), File.ReadAllText(without));
    }

    [Fact]
    public async Task RecordedLists_AreRemappedWithWeightsFittedToAnotherTeachers()
    {
        var recorded = _folder.WithLines("lists.jsonl", """{"id":"small-900-1","model":"gpt-4","raw":["1. Night of Horror"]}""");
        var lists = _folder.PathOf("remapped.jsonl");

        var run = await Of("--teacher", $"recorded:{recorded}", "--otherwise", "together", "--recommendations", lists);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("gpt-4, otherwise together", run.Output, StringComparison.Ordinal);
        Assert.Contains("75 times the second teacher was asked", run.Output, StringComparison.Ordinal); // 60 of train, 15 of valid
        Assert.All(RecommendationFile.Read(lists), list => Assert.Equal(20, list.Recommendations.Count));
    }

    [Fact]
    public async Task Explain_TellsOneDialoguesWay()
    {
        var run = await Of("--explain", "small-901-2");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Dialogue small-901-2", run.Output, StringComparison.Ordinal);
        Assert.Contains("p 0.707", run.Output, StringComparison.Ordinal);
        Assert.Contains("Remap blends: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("there is no judge", run.Output, StringComparison.Ordinal);
        Assert.Contains("really chosen (not used)", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Nothing is asked for; give --output FILE")]
    [InlineData("--explain nobody-1", "there is no dialogue \"nobody-1\"")]
    [InlineData("--output o --without polish", "--without polish is unknown; the steps are remap, reflect, adjust.")]
    [InlineData("--output o --gamma -1", "DemonstrationOptions.Gamma is -1; it must be 0 or more.")]
    [InlineData("--output o --fit-share 2", "DemonstrationOptions.FitShare is 2")]
    [InlineData("--output o --seed -1", "--seed must be 0 or more")]
    [InlineData("--output o --recommendations o", "--recommendations o is also read by this run")]
    [InlineData("--output o --teacher recorded:none.jsonl", "none.jsonl: there is no such file")]
    public async Task WhatCannotBe_IsOneSentenceAndNoFile(string options, string sentence)
    {
        var run = await Of(options.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Contains(sentence, run.Sentence, StringComparison.Ordinal);
        Assert.False(File.Exists("o"));
    }

    [Fact]
    public async Task MalformedDialogue_LeavesNoHalfFile()
    {
        var bad = _folder.WithLines("bad.jsonl", File.ReadAllLines(_dialogues)[0], """{"id":"x-1","turns":[]}""");
        var (output, lists) = (_folder.PathOf("demonstrations.jsonl"), _folder.PathOf("lists.jsonl"));

        var run = await Run.Of(["demonstrate", "--catalog", _catalog, "--train", _train, "--dialogues", bad, "--output", output, "--recommendations", lists]);

        Assert.StartsWith($"{bad}, line 2: ", run.Sentence, StringComparison.Ordinal);
        Assert.Equal(["bad.jsonl", "catalog.jsonl", "train.jsonl", "valid.jsonl"], _folder.Names);
    }

    private Task<Run> Of(params string[] more) =>
        Run.Of(["demonstrate", "--catalog", _catalog, "--train", _train, "--dialogues", _dialogues, .. more]);
}
