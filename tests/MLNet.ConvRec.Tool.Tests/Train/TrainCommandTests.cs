using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Export;
using MLNet.ConvRec.Tests.Scoring;
using MLNet.ConvRec.Tool.Train;

namespace MLNet.ConvRec.Tool.Tests.Train;

public sealed class TrainCommandTests(SmallShop shop) : IClassFixture<SmallShop>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string RunFolder => _folder.PathOf("run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RankGrpoAlone_WritesModelPolicyMetricsAndReport()
    {
        string[] stage = ["--stages", "rank-grpo", "--steps", "rank-grpo=2", "--backbone", WritePolicy()];

        var run = await Train([.. stage, "--valid", WriteDialogues("valid.jsonl", 4)]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal([(1, 2), (2, 2)], Metrics("rank-grpo"));
        AssertFiles("rank-grpo");
        await AssertScoresLikeItsPolicy();
    }

    [Fact]
    public async Task AllStages_TrainAModelThatScores()
    {
        var run = await Train("--steps", "sft=3,rank-grpo=1", "--backbone", WritePolicy());

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal([(1, 3), (2, 3), (3, 3)], Metrics("sft"));
        Assert.Equal([(1, 1)], Metrics("rank-grpo"));
        Assert.Contains("together (simulated)", run.Output, StringComparison.Ordinal);
        AssertFiles("sft", "rank-grpo");
        await AssertScoresLikeItsPolicy();
    }

    [Fact]
    public async Task NoImitation_ReinforcesRandomWeights()
    {
        var run = await Train("--stages", "rank-grpo", "--steps", "rank-grpo=2");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("begins from random weights (R1-zero)", run.Output, StringComparison.Ordinal);
        Assert.Equal([(1, 2), (2, 2)], Metrics("rank-grpo"));
        AssertFiles("rank-grpo");
        await AssertScoresLikeItsPolicy();
    }

    [Theory]
    [InlineData("grpo", "--algorithm grpo --updates-per-rollout 2 --kl 0.001", "UpdatesPerRollout=2 KlCoefficient=0.001 LearningRate=0.0004 Precision=Full IsCatalogConstrained=true")]
    [InlineData("gspo", "--algorithm gspo --precision mixed --gradient-checkpointing", "Precision=Mixed GradientCheckpointing=true UpdatesPerRollout=1")]
    [InlineData("rank-grpo", "--reward windowed=3 --learning-rate rank-grpo=1e-5", "Reward=Windowed(Width 3) LearningRate=1E-05")]
    [InlineData("rank-grpo", "--reward exp=2.5 --precision bfloat16", "Reward=Exp(Gamma 2.5) Precision=BFloat16")]
    [InlineData("rank-grpo", "--batch 700", "MicroBatchTokens=700")]
    [InlineData("rank-grpo", "--lora 4", "Lora=LoraOptions(Alpha_8,_Rank_4)")]
    [InlineData("rank-grpo", "--decoding first", "ValidationDecoding=First")]
    [InlineData("rank-grpo", "--reward dcg-from --free", "Reward=DcgFrom() IsCatalogConstrained=false")]
    public async Task Options_ReachTheStage_AndItsReport(string stage, string options, string reported)
    {
        var run = await Train(["--stages", "rank-grpo", "--steps", "rank-grpo=1", "--backbone", WritePolicy(), .. options.Split(' ')]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal([(1, 1)], Metrics(stage));
        Assert.True(Directory.Exists(Path.Combine(RunFolder, "tensorboard", stage)));
        var report = File.ReadAllText(Path.Combine(RunFolder, "report.html"));
        foreach (var option in reported.Replace("(Width 3)", "(Width_3)", StringComparison.Ordinal).Replace("(Gamma 2.5)", "(Gamma_2.5)", StringComparison.Ordinal).Split(' '))
            Assert.Contains($"<tr><th scope=\"row\">{option.Split('=')[0]}</th><td>{option.Split('=')[1].Replace('_', ' ')}", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_TellsWhatWasTrained_AndTheHashesOfDataAndModel()
    {
        var run = await Train("--steps", "sft=1,rank-grpo=1", "--backbone", WritePolicy());

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = File.ReadAllText(Path.Combine(RunFolder, "report.html"));
        Assert.Matches("<p class=\"conclusion\">A recommender of [0-9]+ items was trained on 8 dialogues, by imitating demonstrations \\(SFT\\), then by rewarding items that were really chosen \\(rank-grpo\\)\\.</p>", report);
        foreach (var file in new[] { "train.jsonl", "model.zip" })
        {
            var path = Directory.GetFiles(Path.GetDirectoryName(RunFolder)!, file, SearchOption.AllDirectories).Single();
            Assert.Contains($"{file}</th><td>{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}</td>", report, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("How good the lists are", report, StringComparison.Ordinal); // nothing was evaluated
    }

    [Fact]
    public async Task BatchAuto_SaysWhatEachStageChose()
    {
        var run = await Train("--batch", "auto", "--steps", "sft=1,rank-grpo=1", "--backbone", WritePolicy());

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (var stage in new[] { "sft", "rank-grpo" })
            Assert.Single(run.Output.Split('\n'), line => line.Contains($"{stage}: micro-batches of ", StringComparison.Ordinal) && line.Contains("are free.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--stages rank-grpo --steps rank-grpo=1")]
    [InlineData("--stages demonstrations,sft --steps sft=1")]
    public async Task Decoding_IsThatOfTheModel(string stages)
    {
        var run = await Train(["--backbone", WritePolicy(weight => 8 * weight), "--decoding", "joined", .. stages.Split(' ')]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        await AssertScoresLikeItsPolicy(ListDecoding.Joined);
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => AssertScoresLikeItsPolicy(ListDecoding.Lines));
    }

    [Fact]
    public async Task ScoresThatAreImitated_MakeAModelThatRanksByTheFirstLine()
    {
        string[] imitation = ["--imitate", "soft", "--imitate-temperature", "2", "--share", "1", "--copies", "2", "--whole-text"];

        var run = await Train(["--backbone", WritePolicy(weight => 8 * weight), "--stages", "demonstrations,sft", "--steps", "sft=1", .. imitation]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches("24 demonstrations, 16 of them for dialogues with other items put in", run.Output);
        var report = File.ReadAllText(Path.Combine(RunFolder, "report.html"));
        Assert.Contains("<tr><th scope=\"row\">Imitation</th><td>FirstLine", report, StringComparison.Ordinal);
        Assert.Contains("<tr><th scope=\"row\">ImitationTemperature</th><td>2", report, StringComparison.Ordinal);
        await AssertScoresLikeItsPolicy(ListDecoding.First);
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => AssertScoresLikeItsPolicy(ListDecoding.Lines));
    }

    // The whole recipe of a real catalog, at the size of a test: what is held out is reinforced, by lists of the first line.
    [Fact]
    public async Task RealRecipe_ReinforcesWhatIsHeldOut_AndRanksByTheFirstLine()
    {
        var run = await Train("--recipe", "real", "--held-out", "0.5", "--steps", "sft=1,rank-grpo=1", "--valid", WriteDialogues("valid.jsonl", 4));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal([(1, 1)], Metrics("sft"));
        Assert.Equal([(1, 1)], Metrics("rank-grpo"));
        var report = File.ReadAllText(Path.Combine(RunFolder, "report.html"));
        foreach (var (option, value) in new[] { ("Imitation", "FirstLine"), ("Rollouts", "FirstLine"), ("ValidationDecoding", "First") })
            Assert.Contains($"<tr><th scope=\"row\">{option}</th><td>{value}", report, StringComparison.Ordinal);
        await AssertScoresLikeItsPolicy(ListDecoding.First);
    }

    // R1-zero begins with random weights.
    [Theory]
    [InlineData("real", TrainStages.Demonstrations | TrainStages.Sft, true)]
    [InlineData("real", TrainStages.RankGrpo, false)]
    [InlineData("paper", TrainStages.Demonstrations | TrainStages.Sft, false)]
    public void TitlesBeginWithWhatIsKnown_WhereTheRecipeSaysSo_AndSomethingIsImitated(string recipe, object stages, bool isInformed)
    {
        var options = new TrainOptions { Catalog = WriteCatalog(), Train = WriteDialogues("train.jsonl", 8), Output = RunFolder, Recipe = recipe, Stages = (TrainStages)stages };

        using var inputs = StageInputs.Load(options);

        Assert.Equal(isInformed, inputs.Features is not null);
    }

    [Fact]
    public async Task NothingHeldOut_IsSaid()
    {
        var run = await Train("--recipe", "real", "--held-out", "0.0001");

        Assert.Equal("--held-out 0.0001: of so few conversations none with ground truth is held out, so that nothing can be reinforced; raise it, or give --held-out 0 --share 0.5.", run.Sentence);
    }

    [Fact]
    public async Task StoppedRun_HasItsReport()
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments = ["train", "--catalog", WriteCatalog(), "--train", WriteDialogues("train.jsonl", 8), "--output", RunFolder, "--backbone", WritePolicy(), "--steps", "sft=5000"];
        var running = Task.Run(() => CommandLine.RunAsync(arguments, output, error, stop.Token));
        while (!running.IsCompleted && !File.Exists(Path.Combine(RunFolder, "metrics.jsonl")))
            await Task.Delay(1, TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        Assert.Equal(130, await running);
        var report = File.ReadAllText(Path.Combine(RunFolder, "report.html"));
        Assert.Contains($"{Metrics("sft").Length:N0} of 5,000", report, StringComparison.Ordinal);
        Assert.Contains("The run was stopped; convrec train --resume goes on with it.", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BudgetSpentByTheDemonstrations_IsOneSentenceAndNoModel()
    {
        var run = await Train("--budget", "0.000001", "--backbone", WritePolicy());

        Assert.StartsWith("--budget 1E-06 is spent", run.Sentence, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task APolicyThatGivesNoNumbers_IsOneSentenceAndNoModel()
    {
        var run = await Train("--stages", "rank-grpo", "--steps", "rank-grpo=2", "--backbone", WritePolicy(_ => float.NaN));

        Assert.StartsWith("The rank-grpo log-probability of a sampled list became NaN at step 1, in the dialogue ", run.Sentence, StringComparison.Ordinal);
        Assert.Contains("Lower RankGrpoOptions.LearningRate", run.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("model.zip", Files());
    }

    [Fact]
    public async Task FailedRun_LeavesAnEarlierModelAsItWas()
    {
        Directory.CreateDirectory(RunFolder);
        File.WriteAllText(Path.Combine(RunFolder, "model.zip"), "earlier");
        var unchosen = _folder.WithLines("unchosen.jsonl", """{"id":"a-1","turns":[{"role":"user","text":"Hi"}]}""");

        var run = await Of(WriteCatalog(), unchosen, "--stages", "rank-grpo", "--backbone", WritePolicy());

        Assert.StartsWith("No row can be reinforced", run.Sentence, StringComparison.Ordinal);
        Assert.Equal("earlier", File.ReadAllText(Path.Combine(RunFolder, "model.zip")));
        Assert.DoesNotContain(Files(), name => name.EndsWith(".partial", StringComparison.Ordinal) || name == "policy");
    }

    [Fact]
    public async Task BadFiles_AreOneSentenceAndNoFolder()
    {
        var catalog = WriteCatalog();
        var train = WriteDialogues("train.jsonl", 3);
        var empty = _folder.WithLines("empty.jsonl");
        var robot = _folder.WithLines("robot.jsonl", """{"id":"a-1","turns":[{"role":"robot","text":"Hi"}]}""");
        var missing = _folder.PathOf("missing.jsonl");

        Assert.StartsWith($"{missing}: ", (await Of(missing, train)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{missing}: ", (await Of(catalog, missing)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{empty}: no item with a usable title", (await Of(empty, train)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{empty}: there is no dialogue", (await Of(catalog, empty)).Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"{robot}, line 1: unknown role", (await Of(catalog, robot)).Sentence, StringComparison.Ordinal);
        var badValid = await Of(catalog, train, "--valid", robot);
        Assert.StartsWith($"{robot}, line 1: unknown role", badValid.Sentence, StringComparison.Ordinal);
        var noLists = await Of(catalog, train, "--teacher", $"recorded:{missing}");
        Assert.StartsWith($"{missing}: ", noLists.Sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(RunFolder));
    }

    private async Task AssertScoresLikeItsPolicy(ListDecoding decoding = ListDecoding.Lines)
    {
        var lists = _folder.PathOf("lists.jsonl");
        var input = WriteDialogues("test.jsonl", 5);
        var scored = await Run.Of("score", "--model", Path.Combine(RunFolder, "model.zip"), "--input", input, "--output", lists);
        var policy = PolicyModel.Load(Path.Combine(RunFolder, "policy"));
        var ml = new MLContext();
        var assets = new ScoringAssets(policy.Prompt, shop.Catalog);
        var chain = ScoringChain.Create(ml.Transforms, ml.Data.LoadDialogues([]), policy.Weights, assets, decoding);
        using var sessions = chain as IDisposable;

        Assert.Equal((0, ""), (scored.ExitCode, scored.Error));
        Assert.Equal(SmallShop.Score(chain, DialogueFile.Read(input)).Select(Titles), RecommendationFile.Read(lists).Select(Titles));
    }

    private static string Titles(RecommendationList list) =>
        $"{list.Id}: {string.Join("; ", list.Recommendations.Select(item => item.Title))}";

    private (int Step, int Steps)[] Metrics(string stage) =>
    [
        .. File.ReadAllLines(Path.Combine(RunFolder, "metrics.jsonl")).Select(line => JsonElement.Parse(line))
            .Where(line => line.GetProperty("stage").GetString() == stage)
            .Select(line => (line.GetProperty("step").GetInt32(), line.GetProperty("steps").GetInt32())),
    ];

    // Lists to read are there where the trainer shows some.
    private void AssertFiles(params string[] stages)
    {
        Assert.Equal(["metrics.jsonl", "model.zip", "policy", "report.html", "tensorboard"], Files().Where(name => name != "completions"));
        Assert.Equal(stages.Order(StringComparer.Ordinal), Directory.GetDirectories(Path.Combine(RunFolder, "tensorboard")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));
        Assert.All(stages, stage => Assert.StartsWith("events.out.tfevents.", Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(RunFolder, "tensorboard", stage)))), StringComparison.Ordinal));
    }

    private string[] Files() =>
        [.. new DirectoryInfo(RunFolder).EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal)];

    private Task<Run> Train(params string[] more) => Of(WriteCatalog(), WriteDialogues("train.jsonl", 8), more);

    private Task<Run> Of(string catalog, string train, params string[] more) =>
        Run.Of(["train", "--catalog", catalog, "--train", train, "--output", RunFolder, .. more]);

    private string WriteCatalog()
    {
        shop.Catalog.Save(_folder.PathOf("catalog.jsonl"));
        return _folder.PathOf("catalog.jsonl");
    }

    private string WriteDialogues(string name, int count)
    {
        DialogueFile.Write(_folder.PathOf(name), Enumerable.Range(0, count).Select(Chosen));
        return _folder.PathOf(name);
    }

    private Dialogue Chosen(int number) =>
        shop.Dialogue(number) with { Id = $"{number}-1", GroundTruth = [shop.Catalog.Items[(number + 1) % shop.Catalog.Count].Reference] };

    private string WritePolicy(Func<float, float>? change = null)
    {
        var config = shop.Weights.Config with { EndOfTurnTokenId = shop.Prompt.Tokenizer.EndOfTurn };
        var weights = RandomPolicy.Create(config, 7);
        if (change is not null)
        {
            weights = new PolicyWeights(config, weights.Tensors.ToDictionary(
                entry => entry.Key, entry => (NamedTensor)new ArrayTensor(entry.Value.Shape, Array.ConvertAll(entry.Value.ToArray(), value => change(value)))));
        }

        new PolicyModel(weights, shop.Prompt.Tokenizer, shop.Prompt.Options).Save(_folder.PathOf("policy"));
        return _folder.PathOf("policy");
    }
}
