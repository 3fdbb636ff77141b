using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Training.RankGrpo;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo;

[Collection<Alone>]
public class WarmStartTests
{
    private static readonly RankGrpoOptions FewSteps = new() { Steps = 2, BatchSize = 4, GroupSize = 4, IncludeImitated = true };

    [Fact]
    public void NoImitation_ReinforcesTheBackbonesRandomWeights()
    {
        var ml = new MLContext(seed: 3);
        var rewards = new List<double>();
        var data = ml.Data.LoadFromEnumerable(ToyRows.Make(48));
        var options = new RankGrpoOptions { Steps = 40, BatchSize = 8, LearningRate = 3e-3, IncludeImitated = true, Progress = new ToldProgress(p => rewards.Add(p.Reward!.Value)) };

        var model = ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, ToyRows.Backbone, options).Fit(data);

        Assert.True(rewards.TakeLast(8).Average() > rewards.Take(8).Average() + 0.05, $"reward {rewards.Take(8).Average()} -> {rewards.TakeLast(8).Average()}");
        var lists = model.Transform(ml.Data.LoadDialogues(ToyShop.Dialogues)).ReadRecommendations().ToArray();
        Assert.All(lists, list => Assert.Equal(ToyRows.ListLength, list.Recommendations.Count));
    }

    [Fact]
    public void Backbone_IsMadeFromTheContextsSeed()
    {
        Assert.Equal(Weights(3), Weights(3));
        Assert.NotEqual(Weights(3), Weights(4));

        static float[] Weights(int seed)
        {
            var ml = new MLContext(seed);
            return ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, ToyRows.Backbone, FewSteps).Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(12)))
                .Policy.Weights.Tensors["model.embed_tokens.weight"].ToArray();
        }
    }

    [Fact]
    public void TheWholeFamily_DoesWithoutImitation()
    {
        var ml = new MLContext(seed: 3);
        var stages = new List<string>();
        var data = ml.Data.LoadFromEnumerable(ToyRows.Make(12));
        var options = FewSteps with { Progress = new ToldProgress(p => stages.Add(p.Stage)) };

        ml.Transforms.ConvRec.Grpo(ToyShop.Catalog, ToyRows.Backbone, options).Fit(data);
        ml.Transforms.ConvRec.Gspo(ToyShop.Catalog, ToyRows.Backbone, options).Fit(data);

        Assert.Equal(["grpo", "grpo", "gspo", "gspo"], stages);
    }
}
