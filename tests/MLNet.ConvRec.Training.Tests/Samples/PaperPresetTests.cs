using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;
using ReproducePaper;
using ReproducePaper.Paper;

namespace MLNet.ConvRec.Training.Tests.Samples;

public sealed class PaperPresetTests
{
    private static readonly PaperBackbone Qwen = PaperBackbone.Find("qwen2.5-0.5b")!;

    [Fact]
    public void Options_AreThePapers()
    {
        var training = new PaperPreset(Qwen, "data").Recipe.Training;

        Assert.Equal((5e-5, 0.05, 1500), (training.Sft.LearningRate, training.Sft.WarmupRatio, training.Sft.MaxSteps));
        var rl = training.RankGrpo;
        Assert.Equal((1e-6, 1e-3, 0.06, 0.08), (rl.LearningRate, rl.KlCoefficient, rl.ClipLow, rl.ClipHigh));
        Assert.Equal((0.9, 0.99, 8, false), (rl.Beta1, rl.Beta2, rl.GroupSize, rl.IsCatalogConstrained));
        Assert.Equal(20, training.Backbone.Prompt.ListLength);
        training.Sft.Validate();
        rl.Validate();
    }

    [Theory]
    [InlineData("qwen2.5-0.5b", "Qwen2.5-0.5B-Instruct")]
    [InlineData("llama-3.2-1b", "Llama-3.2-1B-Instruct")]
    [InlineData("llama-3.2-3b", "Llama-3.2-3B-Instruct")]
    public void Description_TellsOptionsSourcesAndTime(string name, string checkpoint)
    {
        var text = new PaperPreset(PaperBackbone.Find(name)!, "data").Describe();

        Assert.Contains($"| backbone | {checkpoint} | paper |", text, StringComparison.Ordinal);
        Assert.Contains("| rank-grpo: β, ε low and high | 0.001, 0.06 and 0.08 | paper |", text, StringComparison.Ordinal);
        Assert.Contains("| H100 SXM, 80 GB | ", text, StringComparison.Ordinal);
        Assert.Contains("an estimate", text, StringComparison.Ordinal);
        Assert.Equal(name != "qwen2.5-0.5b", text.Contains("| RTX 4090, 24 GB | does not fit |", StringComparison.Ordinal));
    }

    [Fact]
    public void Cost_IsFloatingPointOperationsOverTheRateReached()
    {
        var cost = new PaperCost(Qwen, new PaperPreset(Qwen, "data").Recipe.Training);

        var tokens = 1500.0 * 192 * (250 + 204);
        Assert.Equal(tokens * 8 * 0.494e9 / (0.25 * 100e12) / 3600, cost.SftHours(100), 9);
    }

    [Fact]
    public void MissingFiles_AreNamedInOneSentence()
    {
        using var folder = new TemporaryFolder();
        var preset = new PaperPreset(Qwen, folder.FullName);
        string[] files =
            ["catalogs/reddit-v2.jsonl", "dialogues/reddit-v2/train.jsonl", "dialogues/reddit-v2/valid.jsonl", "dialogues/reddit-v2/test.jsonl", "demonstrations/reddit-v2.jsonl",
             "backbones/qwen2.5-0.5b/config.json", "backbones/qwen2.5-0.5b/tokenizer.json", "backbones/qwen2.5-0.5b/tokenizer_config.json", "backbones/qwen2.5-0.5b/model.safetensors"];

        var message = Assert.Throws<FileNotFoundException>(preset.RequireFiles).Message;
        Assert.Equal($"--preset paper --backbone qwen2.5-0.5b needs {string.Join(", ", files.Select(folder.PathOf))}; docs/paper.md says where each is from.", message);

        foreach (var file in files.SkipLast(1).Append("backbones/qwen2.5-0.5b/model.safetensors.index.json"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.PathOf(file))!);
            File.WriteAllText(folder.PathOf(file), "");
        }

        preset.RequireFiles();
    }

    [Fact]
    public void OptionsThatDisagree_AreRefused()
    {
        var asked = new Options { Preset = "paper", Backbone = "qwen2.5-0.5b", Data = "data" };
        asked.Validate();

        Assert.StartsWith("--preset must be paper", Message(asked with { Preset = "other" }), StringComparison.Ordinal);
        Assert.Contains("needs --data FOLDER", Message(asked with { Data = null }), StringComparison.Ordinal);
        Assert.Contains("leave --dataset out", Message(asked with { Dataset = "redial" }), StringComparison.Ordinal);
        Assert.EndsWith("give one of qwen2.5-0.5b, llama-3.2-1b, llama-3.2-3b.", Message(asked with { Backbone = "gpt-2" }), StringComparison.Ordinal);
        Assert.Contains("go together", Message(asked with { Preset = null, Data = null }), StringComparison.Ordinal);
        Assert.Contains("leave --held-out", Message(asked with { HeldOut = 0.5 }), StringComparison.Ordinal);
        Assert.StartsWith("--gpu must be", Message(new Options { Gpu = -1 }), StringComparison.Ordinal);

        static string Message(Options options) => Assert.Throws<ArgumentException>(options.Validate).Message;
    }

    [Fact]
    public void WhatWasBrought_IsImitatedAndReinforcedFreely()
    {
        using var folder = new TemporaryFolder();
        var data = ReproducePaperTests.Data with { Name = PaperPreset.Dataset };
        var ml = new MLContext(1);
        var items = data.Catalog.Items.Take(20).Select((item, index) => new Recommendation(index + 1, item.Title, item.Year, 1)).ToArray();
        Directory.CreateDirectory(folder.PathOf("demonstrations"));
        DemonstrationFile.Write(folder.PathOf("demonstrations/reddit-v2.jsonl"), data.Train.Take(15).Select(dialogue => new Demonstration(dialogue.Id, dialogue, items)));
        ml.Transforms.ConvRec.Sft(data.Catalog, ToyRows.Backbone with { Prompt = new PromptOptions() }, new SftOptions { MaxSteps = 1 })
            .Fit(ml.Transforms.ConvRec.BuildDemonstrations(data.Catalog, data.Teacher(1), new DemonstrationOptions { Steps = DemonstrationSteps.None }).Fit(ml.Data.LoadDialogues(data.Train)).Transform(ml.Data.LoadDialogues(data.Train)))
            .Policy.Save(folder.PathOf("backbones/qwen2.5-0.5b"));
        var options = new Options { Preset = "paper", Backbone = Qwen.Name, Data = folder.FullName, Output = folder.PathOf("output"), Seeds = 1, Methods = [Contender.Parse("rank-grpo:1")], SftSteps = 1, Steps = 1, BatchSize = 2 };
        options.Validate();
        var preset = new PaperPreset(Qwen, folder.FullName).Recipe.With(options);
        var small = preset with { TuningCount = 4, Training = preset.Training with { RankGrpo = preset.Training.RankGrpo with { MaxListTokens = 60 } } };
        Assert.True(new Comparison(data, small, options, TestContext.Current.CancellationToken).Run());

        var run = RunRecord.Parse(File.ReadAllText(folder.PathOf("output/runs/rank-grpo-1-rate0.000001-seed1.json")), "run");
        Assert.Contains(", qwen2.5-0.5b, 1 steps of 2 x 8, beta 0.001", run.Setting, StringComparison.Ordinal);
        Assert.Single(run.OutOfCatalog!);
        Assert.Equal(data.Test.Count, run.Values!["recall@20"].Length);
    }
}
