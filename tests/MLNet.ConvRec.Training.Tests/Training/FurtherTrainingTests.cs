using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training;

/// <summary>Trainings that go on from a fitted model, and on which rows.</summary>
[Collection<Alone>]
public class FurtherTrainingTests
{
    [Fact]
    public void FittedModel_IsImitatedFurther()
    {
        var ml = new MLContext(seed: 5);
        var data = ml.Data.LoadFromEnumerable(ToyRows.Make(60));
        var losses = new List<double>();
        var trainer = ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, new SftOptions { Epochs = 6, BatchSize = 8, Progress = new ToldProgress(p => losses.Add(p.Loss)) });
        var first = trainer.Fit(data).Policy;
        var before = losses.ToArray();
        losses.Clear();

        var second = trainer.Fit(data, first).Policy;

        Assert.Equal(before.Length, losses.Count);
        Assert.True(losses[0] < (before[0] + before[^1]) / 2, $"the second training began at {losses[0]}, the first at {before[0]} and ended at {before[^1]}");
        Assert.True(losses[^1] < before[^1], $"{before[^1]} -> {losses[^1]}");
        Assert.Equal(first.Prompt.Tokenizer.Json, second.Prompt.Tokenizer.Json);
    }

    [Fact]
    public void FittedModel_IsReinforcedFurther_AndAgainByAnotherAlgorithm()
    {
        var ml = new MLContext(seed: 5);
        var data = ml.Data.LoadFromEnumerable(ToyRows.Make(60));
        var trainer = ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, ToyRows.Backbone, Few);
        var first = trainer.Fit(data).Policy;

        var second = trainer.Fit(data, first).Policy;
        var third = ml.Transforms.ConvRec.Gspo(ToyShop.Catalog, second, Few).Fit(data).Policy;

        Assert.NotEqual(Head(first), Head(second));
        Assert.NotEqual(Head(second), Head(third));
    }

    [Fact]
    public void Curriculum_IsAFilteredView()
    {
        var ml = new MLContext(seed: 5);
        var data = ml.Data.LoadFromEnumerable(ToyRows.Make(48));
        var easy = ml.Data.FilterByCustomPredicate<Asked>(data, row => !row.Texts[0].Contains("Alien", StringComparison.Ordinal)); // true: left out
        var fewer = ToyRows.Make(48).Where(row => row.Texts[0].Contains("Alien", StringComparison.Ordinal)).ToArray();
        Assert.InRange(fewer.Length, 1, 47);
        var start = ToyShop.Policy(ToyRows.ListLength);

        Assert.Equal(Reinforced(ml.Data.LoadFromEnumerable(fewer)), Reinforced(easy));
        Assert.NotEqual(Reinforced(data), Reinforced(easy));

        float[] Reinforced(IDataView rows) => Head(new MLContext(seed: 5).Transforms.ConvRec.RankGrpo(ToyShop.Catalog, start, Few).Fit(rows).Policy);
    }

    private static RankGrpoOptions Few => new() { Steps = 2, BatchSize = 4, GroupSize = 4, LearningRate = 1e-3 };

    private static float[] Head(PolicyModel policy) => policy.Weights.Tensors["model.embed_tokens.weight"].ToArray();

    private sealed class Asked
    {
        public string[] Texts { get; set; } = [];
    }
}
