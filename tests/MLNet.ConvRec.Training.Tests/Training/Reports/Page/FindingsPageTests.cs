using System.Globalization;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Reports;

namespace MLNet.ConvRec.Training.Tests.Training.Reports.Page;

public sealed class FindingsPageTests : IDisposable
{
    private const string Hostile = "</details></main><script>alert('x')</script><img src=x onerror=\"alert(1)\"> & <b>";

    // The parts by a text that stands in each alone.
    private const string Table = "How good the lists are", Ladder = "The ladder", Recall = "<b>Recall by depth</b>", Rerank = "how high those stand", Examples = "<h2>Examples</h2>", Curves = "While training went on";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parts_StandInTheOrderInWhichAReaderAsks()
    {
        var page = RunPage(All("Up (2009)"));

        string[] parts = ["class=\"conclusion\"", Table, Ladder, Recall, Rerank, Examples, Curves, "<h2>Reinforcement", "<h2>The run</h2>", "SHA-256 of model.zip", "MLNet.ConvRec.Training</th>", "Options of rank-grpo"];
        int[] places = [.. parts.Select(part => page.IndexOf(part, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void HostileText_IsNeverReadAsTags()
    {
        var page = RunPage(All(Hostile));

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        PageRules.AssertEveryTagHasItsEnd(page);
        PageRules.AssertAsksNobody(page.Replace("src=x", "", StringComparison.Ordinal)); // as text it asks nobody
    }

    [Fact]
    public void Page_AsksNobodyForAnything()
    {
        var page = RunPage(All("Up (2009)"));

        PageRules.AssertAsksNobody(page);
        PageRules.AssertEveryTagHasItsEnd(page);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<th>", page, StringComparison.Ordinal); // each heads a row or a column
    }

    [Theory]
    [InlineData(Table)]
    [InlineData(Ladder)]
    [InlineData(Recall)]
    [InlineData(Rerank)]
    [InlineData(Examples)]
    [InlineData(Curves)]
    [InlineData("class=\"conclusion\"")]
    public void PartWithoutData_IsLeftOut(string part)
    {
        var all = All("Up (2009)");
        var without = part switch
        {
            Table => all with { Systems = [] },
            Ladder => all with { Ladder = [] },
            Recall => all with { Systems = [.. all.Systems.Select(system => system with { RecallByDepth = [] })] },
            Rerank => all with { Systems = [.. all.Systems.Select(system => system with { FoundOrder = null })] },
            Examples => all with { Examples = [] },
            Curves => all with { Curves = [] },
            _ => all with { Conclusion = "" },
        };

        Assert.Contains(part, Page(all), StringComparison.Ordinal);
        Assert.DoesNotContain(part, Page(without), StringComparison.Ordinal);
    }

    [Fact]
    public void Best_IsMarked_AndWhatIsImitatedIsNot()
    {
        var page = Page(All("Up (2009)"));

        Assert.Contains("<td class=\"best\" data-column=\"ndcg@20\">0.450<br><span class=\"muted\">0.420 to 0.480</span></td>", page, StringComparison.Ordinal);
        Assert.Contains("<tr class=\"reference\"><th scope=\"row\">demonstrations", page, StringComparison.Ordinal);
        Assert.Contains("<td data-column=\"ndcg@20\">0.600</td>", page, StringComparison.Ordinal);
        Assert.Equal(1, page.Split("class=\"best\"").Length - 1);
    }

    [Fact]
    public void Ladder_TellsEachRungsGainOverTheOneBefore()
    {
        var page = Page(All("Up (2009)"));

        Assert.Contains("<th scope=\"row\">Rank-GRPO<br><span class=\"muted\">over SFT</span></th><td data-column=\"ndcg@20\">0.450<br>", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"gain\">+0.050</span><br><span class=\"muted\">+0.010 to +0.090</span><br><span class=\"muted\">p = 0.012</span>", page, StringComparison.Ordinal);
        Assert.Contains("<span>−0.010</span><br><span class=\"muted\">−0.030 to +0.010</span><br><span class=\"muted\">p &lt; 0.001</span>", Page(All("Up (2009)", new ReportGain("ndcg@20", new(-0.01, -0.03, 0.01), 0.0001))), StringComparison.Ordinal);
    }

    [Fact]
    public void System_HasItsColourInAllPlots()
    {
        var curve = new ReportCurves("curves", "step", "reward", [new ReportCurve("Rank-GRPO", [new(0, 0.1), new(1, 0.2)]), new ReportCurve("another", [new(0, 0.1)])]);

        var page = Page(All("Up (2009)") with { Curves = [curve] });

        Assert.Equal(2, page.Split("<i class=\"mark\" style=\"color:var(--line3)\">▲</i>Rank-GRPO").Length - 1);
    }

    [Fact]
    public void Hits_AreMarked_WithTheirRankAndTheirReason()
    {
        var page = Page(All("Up (2009)"));

        Assert.Contains("<li value=\"1\">Heat (1995)</li><li value=\"14\" class=\"hit\">✓ Up (2009)<br><span class=\"muted\">line 3 of the demonstration</span></li>", page, StringComparison.Ordinal);
        Assert.Contains("SFT <span class=\"muted\">1 hit</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void EqualFindings_GiveEqualBytes_InEveryCountry()
    {
        var here = Page(All("Up (2009)"));
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(here, Page(All("Up (2009)")));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void SameRun_GivesTheSameBytes() => Assert.Equal(RunPage(All("Up (2009)")), RunPage(All("Up (2009)")));

    [Fact]
    public void WithoutAnEvaluation_ValidationSpeaks()
    {
        var page = RunPage(new ReportFindings { Conclusion = "A recommender was trained." });

        Assert.Contains("<p class=\"conclusion\">A recommender was trained. On the validation dialogues rank-grpo raised NDCG from 0.2500 to 0.3750 (at step 4).</p>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("On the validation dialogues", RunPage(All("Up (2009)")), StringComparison.Ordinal);
    }

    private string Page(ReportFindings findings)
    {
        FindingsReport.Write(_folder.PathOf("report.html"), "a comparison", findings, [new("seed", "1")]);
        return File.ReadAllText(_folder.PathOf("report.html"));
    }

    private string RunPage(ReportFindings findings)
    {
        using (var recorder = new RunRecorder(_folder.FullName, new RunRecorderOptions { Facts = [new("seed", "1")] }, new FixedClock()))
        {
            recorder.Describe(new RankGrpoOptions());
            recorder.Found(findings);
            for (var step = 1; step <= 4; step++)
                recorder.Report(Steps.RankGrpo(step));
            recorder.AddFact("SHA-256 of model.zip", "abc");
        }

        return File.ReadAllText(_folder.PathOf("report.html"));
    }

    // Every text is the one given, or ends with it.
    private static ReportFindings All(string text, ReportGain? gain = null) => new()
    {
        Conclusion = $"A recommender was trained. {text}",
        Basis = text,
        Systems = [System("SFT", 0.4, 0.7), System("demonstrations", 0.6, 0.8) with { IsReference = true }, System("Rank-GRPO", 0.45, 0.6, 0.03), System(text, 0.1, 0.2)],
        Ladder = [new ReportRung("SFT", "", []), new ReportRung("Rank-GRPO", "SFT", [gain ?? new ReportGain("ndcg@20", new(0.05, 0.01, 0.09), 0.012)]), new ReportRung(text, text, [])],
        Examples =
        [
            new ReportExample(
                new Dialogue { Id = text, Turns = [new Turn(Role.User, text), new Turn(Role.Assistant, text)], GroundTruth = [new ItemReference(text)] },
                [new ReportList("SFT", [new ReportLine(1, "Heat (1995)", false), new ReportLine(14, text, true, "line 3 of the demonstration")]), new ReportList(text, [new ReportLine(1, text, false, text)])]),
        ],
        ExampleChoice = text,
        Curves = [new ReportCurves(text, text, text, [new ReportCurve(text, [new(0, 0.1), new(100, 0.2)]), new ReportCurve("none", [])]) { Note = text }, new ReportCurves("no line", "", "", [])],
    };

    private static ReportSystem System(string name, double ndcg, double order, double? around = null) =>
        new(name, [new("ndcg@20", new ReportValue(ndcg, ndcg - around, ndcg + around))])
        {
            Note = name,
            RecallByDepth = [new(1, ndcg / 2), new(20, ndcg)],
            FoundOrder = order,
        };

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
