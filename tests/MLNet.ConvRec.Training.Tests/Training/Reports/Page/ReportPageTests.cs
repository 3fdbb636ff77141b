using System.Globalization;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Reports;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training.Reports.Page;

public sealed partial class ReportPageTests : IDisposable
{
    private const string Hostile = "</pre><script>alert('x')</script><img src=x onerror=\"alert(1)\"> & <b>";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Report_TellsWhatTheRunWasAndWhatCameOut()
    {
        var page = PageOf(Steps.Sft(1), Steps.Sft(2), Steps.Sft(3), Steps.RankGrpo(1), Steps.RankGrpo(2), Steps.RankGrpo(3), Steps.RankGrpo(4));

        foreach (var text in (string[])["<th scope=\"row\">Seed</th><td>3407</td>", "sft 3 steps in 3.0 s, rank-grpo 4 steps in 8.0 s", ">3 of 4<", ">0.2500 → 0.3750<", "best 0.3750 at step 4", "<th scope=\"row\">BatchSize</th><td>24</td>"])
            Assert.Contains(text, page, StringComparison.Ordinal);
        string[] plots =
        [
            "Loss", "Gradient", "Learning rate",
            "Reward", "Validation", "Loss", "Retrieve, then rerank", "True items found", "Entropy", "Divergence from the policy at the start", "Clipped ratios", "Groups that teach nothing", "Gradient",
            "Learning rate", "Length of a list", "Lines asked for", "Time of a step",
        ];
        Assert.Equal(plots, Titles(page));
        Assert.Contains("<th scope=\"row\">Rollouts</th><td>8.0 s</td><td>50%</td>", page, StringComparison.Ordinal);
        Assert.Contains(">steps 1 to 5<", PageOf([.. Enumerable.Range(1, 24).Select(step => Steps.RankGrpo(step, 24))]), StringComparison.Ordinal);
    }

    [Fact]
    public void MissingSeries_LeavesItsPlotOut()
    {
        var page = PageOf(Steps.Sft(1) with { ValidationLoss = null }, Steps.RankGrpo(1) with { Rollouts = null, Update = null, Times = null, Reward = null, Entropy = null, ValidationNdcg = null });

        Assert.Equal(["Loss", "Gradient", "Learning rate", "Loss", "Gradient", "Learning rate"], Titles(page));
        Assert.DoesNotContain("Where the time went", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_IsNeverReadAsTags()
    {
        var page = PageOf(Steps.RankGrpo(1) with
        {
            Completions = [Steps.Completion(Hostile, $"Up (2009)\n{Hostile}") with { DialogueId = Hostile, GroundTruth = [Hostile] }],
            Warnings = [new TrainingWarning(Hostile, Hostile)],
        });

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(6, page.Split("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;").Length - 1);
        PageRules.AssertEveryTagHasItsEnd(page);
    }

    [Fact]
    public void Page_AsksNobodyForAnything()
    {
        var page = PageOf(Steps.Sft(1), Steps.Sft(2), Steps.RankGrpo(1), Steps.RankGrpo(2));

        PageRules.AssertAsksNobody(page);
        Assert.NotEmpty(PageRules.NamesOf(page));
    }

    [Fact]
    public void Warnings_StandOnTop_OnceAKind()
    {
        var page = PageOf(Steps.RankGrpo(1) with { Warnings = [new("equal rewards", "91% are equal; take more.")] }, Steps.RankGrpo(2), Steps.RankGrpo(3) with { Warnings = [new("equal rewards", "93% are equal; take more.")] });

        Assert.Contains("<b>equal rewards</b> <span class=\"muted\">rank-grpo, 2 times, steps 1 to 3</span><br>93% are equal; take more.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("91%", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("equal rewards", StringComparison.Ordinal) < page.IndexOf("<h2>The run", StringComparison.Ordinal));
        Assert.DoesNotContain("What to look at", PageOf(Steps.RankGrpo(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void RunThatStopped_SaysWhyOnTop()
    {
        using (var recorder = new RunRecorder(_folder.FullName))
        {
            recorder.Report(Steps.Sft(1));
            recorder.Stopped($"The loss became NaN; lower the rate. {Hostile}");
        }

        var page = File.ReadAllText(_folder.PathOf("report.html"));
        Assert.Contains("<b>stopped</b><br>The loss became NaN; lower the rate. &lt;/pre&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public void ListsOfADialogue_StandUnderItsPrompt()
    {
        var page = PageOf(Steps.RankGrpo(1) with { Completions = [Steps.Completion("the prompt", "Up (2009)"), Steps.Completion("the prompt", "Heat (1995)"), Steps.Completion("another", "Aliens (1986)")] });

        Assert.Equal(2, page.Split("the prompt").Length);
        Assert.Equal(3, page.Split("<summary>List ").Length - 1);
    }

    [Fact]
    public void Completions_AreShownEarlyAndLate()
    {
        var page = PageOf([.. Enumerable.Range(1, 4).Select(step => Steps.RankGrpo(step) with { Completions = [Steps.Completion($"prompt {step}", "Up (2009)\nHeat (1995)\nAliens (1986)")] })]);

        Assert.Contains("prompt 1", page, StringComparison.Ordinal);
        Assert.Contains("prompt 4", page, StringComparison.Ordinal);
        Assert.DoesNotContain("prompt 2", page, StringComparison.Ordinal);
        Assert.Contains("<tr class=\"hit\"><td>1</td><td>Up (2009)</td><td>1</td><td>2.5</td></tr><tr><td>2</td><td>Heat (1995)</td><td>0</td><td>-0.5</td></tr><tr><td>3</td><td>Aliens (1986)</td><td></td><td></td></tr>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void LongRun_IsThinned_AndKeepsItsMeanAndItsExtremes()
    {
        var series = new MetricSeries();
        for (var step = 1; step <= 100_000; step++)
            series.Add(step, step == 54_321 ? 1000 : step % 2);

        var spans = series.Thinned(300);

        Assert.InRange(spans.Length, 250, 300);
        Assert.Equal(1000, spans.Max(span => span.Highest));
        Assert.InRange(spans[0].Mean, 0.49, 0.51);
        Assert.True(spans.Zip(spans.Skip(1)).All(pair => pair.First.Step < pair.Second.Step));
        Assert.Equal([1, 2, 3], new[] { 1, 2, 3 }.Aggregate(new MetricSeries(), (few, step) => { few.Add(step, step); return few; }).Thinned(300).Select(span => span.Mean));
    }

    [Fact]
    public void Numbers_AreWrittenTheSameInEveryCountry()
    {
        TrainingProgress[] steps = [Steps.Sft(1), Steps.RankGrpo(1), Steps.RankGrpo(2) with { Completions = [Steps.Completion("p", "c")] }];
        var here = PageOf(steps);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(WithoutTime(here), WithoutTime(PageOf(steps)));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        static string WithoutTime(string page) => Ended().Replace(page, "");
    }

    private string PageOf(params TrainingProgress[] steps)
    {
        using (var recorder = new RunRecorder(_folder.FullName, new RunRecorderOptions { Facts = [KeyValuePair.Create("Seed", "3407")] }))
        {
            recorder.Describe(new SftOptions());
            recorder.Describe(new RankGrpoOptions());
            foreach (var step in steps)
                recorder.Report(step);
        }

        return File.ReadAllText(_folder.PathOf("report.html"));
    }

    private static string[] Titles(string page) => [.. Captions().Matches(page).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("<figcaption><b>([^<]*)</b>")]
    private static partial Regex Captions();

    [GeneratedRegex("ended [^<]*")]
    private static partial Regex Ended();
}
