using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Scoring;
using MLNet.ConvRec.Tool.Recommend;
using Spectre.Console;

namespace MLNet.ConvRec.Tool.Tests.Recommend;

public sealed class RecommendCommandTests(SmallShop shop) : IClassFixture<SmallShop>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EachMessage_IsAnsweredByTheListOfTheTalkSoFar()
    {
        var run = await Talk("Hello\n\n  I loved Heat (1995).  \n/new\nHello\n");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var lists = Lists(run);
        string[] both = ["Hello", "I loved Heat (1995)."];
        Assert.Equal([Expected(both[..1]), Expected(both), Expected(both[..1])], lists);
        Assert.NotEqual(lists[0], lists[1]);
    }

    [Fact]
    public async Task WhatWasNamed_IsToldAndNotListed_OnwardsToo()
    {
        var run = await Talk("I loved Heat (1995).\nMore please\n");

        Assert.All(Lists(run), list => Assert.DoesNotContain(list, line => line.StartsWith("Heat", StringComparison.Ordinal)));
        Assert.Equal(2, Count(run, "Named, so not listed: Heat (1995)."));
        Assert.Equal(2, Count(run, "Not listed either, for their titles: Heat (1986)."));
    }

    [Fact]
    public async Task WhatWasListed_MayBeListedAgain()
    {
        var lists = Lists(await Talk("Hello\nHello\nHello\n"));

        Assert.NotEmpty(lists[0].Intersect(lists[1]).Concat(lists[1].Intersect(lists[2])));
    }

    [Theory]
    [InlineData("/quit\nHello\n", 0)]
    [InlineData("Hello\n /quit \nHello\n", 1)]
    [InlineData("Hello", 1)]
    [InlineData("", 0)]
    public async Task Quit_OrTheEndOfInput_Ends(string input, int lists)
    {
        var run = await Talk(input);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(lists, Lists(run).Length);
    }

    [Fact]
    public async Task UnknownCommand_IsToldAndIsNoMessage()
    {
        var run = await Talk("/sing\n");

        Assert.Contains("/sing is unknown: /new begins anew, /quit ends.", run.Output, StringComparison.Ordinal);
        Assert.Empty(Lists(run));
    }

    [Fact]
    public async Task Candidates_AloneAreListed_WhicheverFormTheyAreWrittenIn()
    {
        string[] films = ["Drive (2011)", "Her (2013)", "Heat (1986)"];
        ItemCatalog.Create(films.Append("Not Ours (1990)").Select(film => new CatalogItem { Title = film })).Save(_folder.PathOf("films.jsonl.gz"));
        string[] files = [_folder.WithLines("films.txt", ["", .. films, "Not Ours (1990)"]), _folder.PathOf("films.jsonl.gz")];

        foreach (var file in files)
        {
            var run = await Talk("I loved Her (2013)\nMore\n", "--candidates", file);

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Contains("20 items, 3 of them candidates (4 given).", run.Output, StringComparison.Ordinal);
            Assert.All(Lists(run), list => Assert.Equal(["Drive (2011)", "Heat (1986)"], list.Order()));
        }
    }

    [Fact]
    public async Task WhereNoItemIsLeft_ItIsSaid()
    {
        var run = await Talk("I loved Her (2013)\n", "--candidates", _folder.WithLines("her.txt", "Her (2013)"));

        Assert.Contains("No item is left to list.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadFiles_AreOneSentence()
    {
        var missing = _folder.PathOf("missing");
        var empty = _folder.WithLines("empty.txt", "", " ");
        var others = _folder.WithLines("others.txt", "Not Ours (1990)", "Heat (1999)");
        var cut = _folder.WithLines("cut.jsonl", """{"title":"Her","year":2013}""", """{"title":""");
        var zip = _folder.WithLines("model.zip", "no model");

        Assert.StartsWith($"{missing}: no such file", (await Run.Of("recommend", "--model", missing)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{zip}: is cut short", (await Run.Of("recommend", "--model", zip)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{missing}: there is no such file", (await Talk("", "--candidates", missing)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{empty}: there is no item", (await Talk("", "--candidates", empty)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{cut}, line 2: not valid JSON", (await Talk("", "--candidates", cut)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{others}: the model's catalog holds none of these 2 items", (await Talk("", "--candidates", others)).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PipedIntoAnotherProcess_ItAnswers_WithoutTorchToo()
    {
        using var tool = new TemporaryFolder();
        ToolProcess.CopyWithoutTraining(tool.FullName);

        var run = await ToolProcess.RunWithInputAsync("Amélie again\n/quit\n", tool.FullName, "recommend", "--model", shop.ModelPath);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal([Expected("Amélie again")], Lists(run));
    }

    [Fact]
    public async Task Stopped_WhileItWaits_ItEnds()
    {
        using var stop = new CancellationTokenSource();
        using var input = new EndlessReader();
        using var error = new StringWriter();
        var running = CommandLine.RunAsync(["recommend", "--model", shop.ModelPath], input, TextWriter.Null, error, stop.Token);
        await input.IsAsked.WaitAsync(TestContext.Current.CancellationToken);

        await stop.CancelAsync();

        Assert.Equal(130, await running);
        Assert.Equal("Stopped.", error.ToString().Trim());
    }

    [Fact]
    public void Terminal_ShowsTitlesAsTheyAre()
    {
        using var output = new StringWriter();
        var view = new TerminalTalkView(AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) }));

        view.Ask();
        view.Show(new Answer { Named = [new ItemReference("[REC]", 2007)], LeftOut = [], List = [new Recommendation(1, "[bold]Her[/]", 2013, -1.5)] });

        Assert.Contains("you>", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Named, so not listed: [REC] (2007).", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("[bold]Her[/] (2013)", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("-1.50", output.ToString(), StringComparison.Ordinal);
    }

    private Task<Run> Talk(string input, params string[] more) => Run.WithInput(input, ["recommend", "--model", shop.ModelPath, .. more]);

    // What the model lists for a talk of these messages alone.
    private string[] Expected(params string[] messages)
    {
        var dialogue = new Dialogue { Id = "talk", Turns = [.. messages.Select(text => new Turn(Role.User, text))] };
        return [.. SmallShop.Score(shop.Chain, dialogue).Single().Recommendations.Select(item => ListLine.Format(item.Title, item.Year))];
    }

    // The numbered lines, a list from each 1 on.
    private static string[][] Lists(Run run)
    {
        var lists = new List<List<string>>();
        foreach (var line in run.Output.Split('\n').Select(line => line.Trim().Split(". ", 2)).Where(line => line.Length == 2 && int.TryParse(line[0], out _)))
        {
            if (line[0] == "1")
                lists.Add([]);
            lists[^1].Add(line[1]);
        }

        return [.. lists.Select(list => list.ToArray())];
    }

    private static int Count(Run run, string line) => run.Output.Split('\n').Count(written => written.Trim() == line);

    // A person who says nothing.
    private sealed class EndlessReader : TextReader
    {
        private readonly TaskCompletionSource _asked = new();
        private readonly ManualResetEventSlim _never = new();

        public Task IsAsked => _asked.Task;

        public override string? ReadLine()
        {
            _asked.SetResult();
            _never.Wait();
            return null;
        }

        protected override void Dispose(bool disposing)
        {
            _never.Set();
            base.Dispose(disposing);
        }
    }
}
