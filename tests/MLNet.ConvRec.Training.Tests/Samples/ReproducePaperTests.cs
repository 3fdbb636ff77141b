using System.Text.Json;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;
using QuickStart;
using QuickStart.World;
using ReproducePaper;

namespace MLNet.ConvRec.Training.Tests.Samples;

public sealed partial class ReproducePaperTests
{
    internal static readonly QuickStartData Data = SmallWorld();

    internal static readonly Recipe Tiny = new()
    {
        Training = TrainingRecipe.World with
        {
            Backbone = ToyRows.Backbone with { Prompt = new PromptOptions { System = "" } },
            Demonstrations = new DemonstrationOptions { Share = 0.5 },
            Sft = new SftOptions { MaxSteps = 2, BatchSize = 4 },
            RankGrpo = new RankGrpoOptions { Steps = 2, BatchSize = 2, GroupSize = 2 },
        },
        Rates = [1e-4, 1e-3],
        HeldOut = 0.4,
        TuningCount = 8,
        IsReportedOnValid = true,
    };

    [Fact]
    public void Splits_ShareNoConversation()
    {
        var splits = Splits.Of(Data, Tiny);

        Assert.Empty(splits.Known.Select(dialogue => dialogue.ConversationId).Intersect(splits.HeldOut.Select(dialogue => dialogue.ConversationId)));
        Assert.Empty(splits.Tuning.Select(dialogue => dialogue.ConversationId).Intersect(splits.Reported.Select(dialogue => dialogue.ConversationId)));
        Assert.Equal(Data.Train.Count, splits.Known.Count + splits.HeldOut.Count);
        Assert.Equal(Data.Valid.Count, splits.Tuning.Count + splits.Reported.Count);
        Assert.InRange(splits.HeldOut.Count, 0.4 * Data.Train.Count, (0.4 * Data.Train.Count) + 1);
        Assert.Equal(8, splits.Tuning.Count);
    }

    [Fact]
    public void WithoutHoldingOut_TestIsReportedOn()
    {
        var splits = Splits.Of(Data, Tiny with { HeldOut = 0, IsReportedOnValid = false });

        Assert.Equal(Data.Train, splits.Known);
        Assert.Empty(splits.HeldOut);
        Assert.Equal(Data.Test, splits.Reported);
    }

    // Of valid's few nothing would be left to report on.
    [Theory]
    [InlineData(202, 202, false)]
    [InlineData(1200, 600, false)]
    [InlineData(1201, 600, true)]
    public void RealDataWithFewOfValid_IsReportedOnTest(int valid, int tuning, bool isReportedOnValid)
    {
        var recipe = Recipe.For(Data with { IsSimulated = false, Valid = [.. Enumerable.Repeat(Data.Valid[0], valid)] });

        Assert.Equal((tuning, isReportedOnValid), (recipe.TuningCount, recipe.IsReportedOnValid));
    }

    [Fact]
    public void AllMethods_LeaveOutWhatIsTheSame()
    {
        var names = Contender.All.Select(contender => contender.Name).ToArray();

        Assert.DoesNotContain("gspo:1", names);
        Assert.Contains("gspo:2", names);
        Assert.Contains("r1-zero:1", names);
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(names, names.Select(name => Contender.Parse(name).Name));
    }

    [Theory]
    [InlineData("ppo")]
    [InlineData("grpo:0")]
    [InlineData("grpo:2:3")]
    [InlineData("grpo:two")]
    public void UnknownMethod_SaysWhatCanBeWritten(string name)
    {
        var problem = Assert.Throws<ArgumentException>(() => Contender.Parse(name));

        Assert.StartsWith($"--methods {name} is unknown; write a method and its updates, such as rank-grpo:2, of grpo, ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KnownDialogues_InsteadOfNone_AreRefused()
    {
        var asked = new Options { IsKnownReinforced = true };

        Assert.Contains("add --held-out", Assert.Throws<ArgumentException>(() => (Tiny with { HeldOut = 0 }).With(asked)).Message, StringComparison.Ordinal);
        Assert.Equal(0.4, Tiny.With(asked).HeldOut);
    }

    [Fact]
    public void ShareAndSubstitutions_ReplaceTheRecipes()
    {
        var demonstrations = Tiny.With(new Options { Share = 0.75, Substitutions = 2 }).Training.Demonstrations;

        Assert.Equal((0.75, 2), (demonstrations.Share, demonstrations.Substitutions));
        Assert.Equal(Tiny.Training.Demonstrations, Tiny.With(new Options()).Training.Demonstrations);
        Assert.StartsWith("--share must be", Assert.Throws<ArgumentException>(() => new Options { Share = 1.5 }.Validate()).Message, StringComparison.Ordinal);
        Assert.StartsWith("--substitutions must be", Assert.Throws<ArgumentException>(() => new Options { Substitutions = -1 }.Validate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_OfOtherOptions_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("runs/a.json");
        new RunRecord { Name = "sft", Seed = 1, Setting = "this" }.Write(path);

        Assert.Equal("sft", RunRecord.Read(path, "this")!.Name);
        Assert.Null(RunRecord.Read(folder.PathOf("runs/b.json"), "this"));
        Assert.Contains("was made with this, and this run is asked for that", Assert.Throws<InvalidDataException>(() => RunRecord.Read(path, "that")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StoppedComparison_GoesOnToTheSameTable()
    {
        using var folder = new TemporaryFolder();
        var whole = new Options { Output = folder.PathOf("whole"), Seeds = 2, Methods = [Contender.Parse("grpo:2"), Contender.Parse("rank-grpo:2"), Contender.Parse("r1-zero:1")] };
        Assert.True(new Comparison(Data, Tiny, whole, TestContext.Current.CancellationToken).Run());

        var stopped = whole with { Output = folder.PathOf("stopped") };
        Assert.False(new Comparison(Data, Tiny, stopped with { BudgetMinutes = 1e-9 }, TestContext.Current.CancellationToken).Run());
        Assert.True(new Comparison(Data, Tiny, stopped with { Methods = [.. stopped.Methods.Take(1)] }, TestContext.Current.CancellationToken).Run());
        Assert.True(new Comparison(Data, Tiny, stopped, TestContext.Current.CancellationToken).Run());

        var expected = File.ReadAllText(Path.Combine(whole.Output, "table.json"));
        Assert.Equal(expected, File.ReadAllText(Path.Combine(stopped.Output, "table.json")));
        var (rewards, fromScratch) = (File.ReadAllText(Path.Combine(whole.Output, "rewards.svg")), File.ReadAllText(Path.Combine(whole.Output, "rewards-r1-zero.svg")));
        Assert.Contains("rank-grpo:2", rewards, StringComparison.Ordinal);
        Assert.DoesNotContain("r1-zero:1", rewards, StringComparison.Ordinal);
        Assert.Contains("r1-zero:1", fromScratch, StringComparison.Ordinal);
        using var table = JsonDocument.Parse(expected);
        Assert.Equal(["sft", "grpo:2", "rank-grpo:2", "r1-zero:1"], table.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        Assert.Contains(
            table.RootElement.GetProperty("comparisons").EnumerateArray(),
            pair => pair.GetProperty("a").GetString() == "rank-grpo:2" && pair.GetProperty("b").GetString() == "grpo:2");
    }

    [Fact]
    public void AblationsAndFreeSampling_AreRunAndGoOn()
    {
        using var folder = new TemporaryFolder();
        var methods = MethodList.Parse(["rank-grpo-free:1", "sft-without-remap-reflect", "sft-without-reflect"]);
        var options = new Options { Output = folder.PathOf("runs-of-all"), Seeds = 1, IsJudged = true, Methods = methods.Contenders, Ablations = methods.Ablations };
        var recipe = (Tiny with { Rates = [1e-3] }).With(options) with { Rates = [1e-3] };
        Assert.True(new Comparison(Data, recipe, options, TestContext.Current.CancellationToken).Run());

        var table = File.ReadAllText(Path.Combine(options.Output, "table.json"));
        using var written = JsonDocument.Parse(table);
        Assert.Equal(["sft", "sft-without-reflect", "sft-without-remap-reflect", "rank-grpo-free:1"], written.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        var free = RunRecord.Parse(File.ReadAllText(Path.Combine(options.Output, "runs", "rank-grpo-free-1-rate0.001-seed1.json")), "free");
        Assert.Equal(2, free.OutOfCatalog!.Count);
        Assert.All(free.OutOfCatalog, share => Assert.InRange(share, 0.5, 1)); // two steps of imitation from random weights write no titles
        Assert.Null(RunRecord.Parse(File.ReadAllText(Path.Combine(options.Output, "runs", "sft-seed1.json")), "sft").OutOfCatalog);
        double[] Curve(string name) => [.. RunRecord.Parse(File.ReadAllText(Path.Combine(options.Output, "runs", $"{name}-seed1.json")), name).Curve];
        Assert.NotEqual(Curve("sft"), Curve("sft-without-reflect"));
        Assert.NotEqual(Curve("sft-without-reflect"), Curve("sft-without-remap-reflect"));

        // Runs that were kept without their policies begin again where they began.
        Directory.Delete(Path.Combine(options.Output, "policy-sft-seed1"), recursive: true);
        File.Delete(Path.Combine(options.Output, "runs", "rank-grpo-free-1-rate0.001-seed1.json"));
        Assert.True(new Comparison(Data, recipe, options, TestContext.Current.CancellationToken).Run());
        Assert.Equal(table, File.ReadAllText(Path.Combine(options.Output, "table.json")));
    }

    [Fact]
    public void WithoutReflect_WithoutJudge_IsRefused() => Assert.Contains(
        "add --judge world", Assert.Throws<ArgumentException>(() => new Options { Ablations = [Ablation.WithoutReflect] }.Validate()).Message, StringComparison.Ordinal);

    [Fact]
    public void Table_AveragesOverSeedsAndComparesByDialogue()
    {
        using var folder = new TemporaryFolder();
        var recipe = Tiny with { IsReportedOnValid = false };
        var splits = Splits.Of(Data, recipe);
        var table = new ResultTable(Data, splits, recipe, new Options { Output = folder.FullName });
        foreach (var (name, values) in new[] { ("sft", new[] { 0.25, 0.75 }), ("grpo:1", [0.5, 0.75]) })
        {
            foreach (var (value, seed) in values.Select((value, index) => (value, index + 1)))
                table.Add(Run(name, seed, [.. Enumerable.Repeat(value, splits.Reported.Count)]));
        }

        table.Write(folder.FullName);

        using var written = JsonDocument.Parse(File.ReadAllText(folder.PathOf("table.json")));
        var sft = written.RootElement.GetProperty("rows")[0];
        Assert.Equal(0.5, sft.GetProperty("metrics").GetProperty("ndcg@20").GetProperty("mean").GetDouble(), 12);
        Assert.Equal(0.5 / Math.Sqrt(2), sft.GetProperty("seedDeviation").GetProperty("ndcg@20").GetDouble(), 12);
        var pair = Assert.Single(written.RootElement.GetProperty("comparisons").EnumerateArray(), pair => pair.GetProperty("metric").GetString() == "ndcg@20");
        Assert.Equal(0.125, pair.GetProperty("difference").GetDouble(), 12);
        var page = File.ReadAllText(folder.PathOf("report.html"));
        Assert.Contains("<th scope=\"row\">grpo:1<br><span class=\"muted\">2 seeds</span></th>", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"muted\">over sft</span></th><td data-column=\"ndcg@20\">0.625<br>", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"gain\">+0.125</span>", page, StringComparison.Ordinal);
        Assert.Equal(["Recall by depth", "Retrieve, then rerank", "Recall of sampled lists"], Captions().Matches(page).Select(caption => caption.Groups[1].Value));

        static RunRecord Run(string name, int seed, double[] values) =>
            new() { Name = name, Seed = seed, Setting = "", Curve = [1], Values = Comparison.Metrics.ToDictionary(metric => metric, _ => values) };
    }

    [GeneratedRegex("<figcaption><b>([^<]*)</b>")]
    private static partial Regex Captions();

    private static QuickStartData SmallWorld()
    {
        var catalog = EmbeddedFilms.Shop();
        var world = SeekerWorld.Create(catalog, 1, new SeekerWorldOptions { TrainCount = 60, ValidCount = 20, TestCount = 10 });
        return new QuickStartData("seekers", catalog, world.Train, world.Valid, world.Test) { IsSimulated = true, OutsideItems = EmbeddedFilms.Outside() };
    }
}
