using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training;

/// <summary>The road through ML.NET on the toy shop: fit, save, load, score.</summary>
[Collection<Alone>]
public class PipelineTests
{
    private const int ListLength = ToyRows.ListLength;

    private static readonly Backbone Small = ToyRows.Backbone;

    private static readonly SftOptions FewSteps = new() { Epochs = 4, BatchSize = 8 };

    [Fact]
    public void SavedModel_GivesTheTrainedPolicysGreedyLists()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(ToyRows.Make(60));
        var model = ml.Transforms.ConvRec
            .RankGrpo(ToyShop.Catalog, ml.Transforms.ConvRec.Sft(ToyShop.Catalog, Small, FewSteps), new RankGrpoOptions { Steps = 2, BatchSize = 4, GroupSize = 4 })
            .Fit(data);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.zip");
        try
        {
            ml.Model.Save(model, data.Schema, path);
            var loaded = new MLContext().Model.Load(path, out _);
            var asked = ToyRows.Make(12).Select(row => row.ToDialogue()).ToArray();
            var scored = loaded.Transform(ml.Data.LoadDialogues(asked)).ReadRecommendations().ToArray();

            using var network = new Transformer(model.Policy.Weights, TorchSharp.torch.CPU);
            var lists = new ListFactory(ToyShop.Catalog, model.Policy.Prompt);
            for (var i = 0; i < asked.Length; i++)
            {
                var prompt = lists.Prepare(asked[i]);
                var greedy = ListGenerator.Generate(
                    network, lists.Trie, [new ListGroup(prompt.Prompt, [lists.Constrained(prompt.Excluded, Sampling.Greedy, default)])], 1, TestContext.Current.CancellationToken)[0];
                Assert.Equal(greedy.Items.Select(item => ToyShop.Catalog.Items[item].Reference), scored[i].Recommendations.Select(line => new ItemReference(line.Title, line.Year)));
                for (var rank = 0; rank < ListLength; rank++)
                    Assert.Equal(greedy.Scores[rank], scored[i].Recommendations[rank].Score, 3);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void WholeChain_FitsInOneCall_AndItsSavedFormScoresWithoutDemonstrations()
    {
        var ml = new MLContext(seed: 1);
        Dialogue[] train = [.. ToyRows.Make(40).Select(row => row.ToDialogue())];
        var dialogues = ml.Data.LoadDialogues(train);
        var pipeline = ml.Transforms.ConvRec
            .BuildDemonstrations(ToyShop.Catalog, TogetherTeacher.Fit(train, ToyShop.Catalog, ListLength), new DemonstrationOptions { ListLength = ListLength, Share = 0.5 })
            .Append(ml.Transforms.ConvRec.RankGrpo(
                ToyShop.Catalog, warmStart: ml.Transforms.ConvRec.Sft(ToyShop.Catalog, Small, FewSteps), new RankGrpoOptions { Steps = 2, BatchSize = 4 }));

        var model = pipeline.Fit(dialogues);

        using var file = new MemoryStream();
        ml.Model.Save(model, dialogues.Schema, file);
        var loaded = new MLContext().Model.Load(file, out _);
        var test = ml.Data.LoadDialogues(ToyShop.Dialogues);
        Assert.Null(loaded.Transform(test).Schema.GetColumnOrNull(ConvRecColumns.Demonstration));
        Assert.Equal(
            model.LastTransformer.Transform(test).ReadRecommendations().Select(Titles),
            loaded.Transform(test).ReadRecommendations().Select(Titles));

        static string Titles(RecommendationList list) => string.Join(" | ", list.Recommendations.Select(line => line.Title));
    }

    [Fact]
    public void SameSeed_SameWeights_AnotherSeed_Others()
    {
        Assert.Equal(Weights(3), Weights(3));
        Assert.NotEqual(Weights(3), Weights(4));

        static float[] Weights(int seed)
        {
            var ml = new MLContext(seed);
            var data = ml.Data.LoadFromEnumerable(ToyRows.Make(40));
            var sft = ml.Transforms.ConvRec.Sft(ToyShop.Catalog, Small, FewSteps).Fit(data);
            var reinforced = ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, sft.Policy, new RankGrpoOptions { Steps = 2, BatchSize = 4 }).Fit(data);
            return reinforced.Policy.Weights.Tensors["model.embed_tokens.weight"].ToArray();
        }
    }

    [Fact]
    public void Imitation_LearnsTheLists_AndReinforcementRaisesTheReward()
    {
        var ml = new MLContext(seed: 2);
        var rewards = new List<double>();
        var losses = new List<double>();
        var warnings = new List<TrainingWarning>();
        var data = ml.Data.LoadFromEnumerable(ToyRows.Make(120));
        var sft = ml.Transforms.ConvRec.Sft(ToyShop.Catalog, Small, new SftOptions { Epochs = 12, BatchSize = 8, Progress = new ToldProgress(p => Tell(p, losses, p.Loss)) }).Fit(data);

        ml.Transforms.ConvRec
            .RankGrpo(ToyShop.Catalog, sft.Policy, new RankGrpoOptions { Steps = 40, BatchSize = 8, LearningRate = 1e-3, KlCoefficient = 1e-3, Progress = new ToldProgress(p => Tell(p, rewards, p.Reward!.Value)) })
            .Fit(data);

        Assert.True(losses[^1] < 0.6 * losses[0], $"loss {losses[0]} -> {losses[^1]}");
        Assert.True(rewards.TakeLast(8).Average() > rewards.Take(8).Average() + 0.05, $"reward {rewards.Take(8).Average()} -> {rewards.TakeLast(8).Average()}");
        Assert.Empty(warnings); // nothing is wrong with a training that learns

        void Tell(TrainingProgress step, List<double> values, double value)
        {
            values.Add(value);
            warnings.AddRange(step.Warnings);
        }
    }

    [Fact]
    public void Steps_LeaveNoTensorBehind()
    {
        var ml = new MLContext(seed: 2);
        var live = new List<long>();
        var data = ml.Data.LoadFromEnumerable(ToyRows.Make(60));

        var sft = ml.Transforms.ConvRec.Sft(ToyShop.Catalog, Small, new SftOptions { Epochs = 3, BatchSize = 8, Progress = new ToldProgress(_ => live.Add(TorchSharp.torch.Tensor.TotalCount)) }).Fit(data);
        AssertFlat(live);
        live.Clear();
        ml.Transforms.ConvRec
            .RankGrpo(ToyShop.Catalog, sft.Policy, new RankGrpoOptions { Steps = 10, BatchSize = 4, KlCoefficient = 0.01, UpdatesPerRollout = 2, Progress = new ToldProgress(_ => live.Add(TorchSharp.torch.Tensor.TotalCount)) })
            .Fit(data);
        AssertFlat(live);
    }

    // The count is of the whole process: it may fall while something of an earlier test is finalised, but no step may add to it.
    private static void AssertFlat(List<long> live)
    {
        for (var step = 3; step < live.Count; step++)
            Assert.True(live[step] <= live[step - 1], $"live tensors rose from {live[step - 1]} to {live[step]} in step {step + 1}");
    }

    [Fact]
    public void Cancellation_StopsTheTraining()
    {
        var ml = new MLContext(seed: 2);
        var steps = 0;
        var trainer = ml.Transforms.ConvRec.Sft(ToyShop.Catalog, Small, FewSteps with { Progress = new ToldProgress(_ => { steps++; HostSwitchesTests.Cancel(ml.Transforms.ConvRec.Environment); }) });

        Assert.Throws<OperationCanceledException>(() => trainer.Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(60))));
        Assert.Equal(1, steps);
    }

    [Fact]
    public void NothingToLearnFrom_IsSaid()
    {
        var ml = new MLContext(seed: 2);
        var bare = ml.Data.LoadDialogues(ToyShop.Dialogues);

        Assert.Contains("BuildDemonstrations", Assert.Throws<InvalidDataException>(() => ml.Transforms.ConvRec.Sft(ToyShop.Catalog, Small).Fit(bare)).Message, StringComparison.Ordinal);
        var withoutTruth = ml.Data.LoadDialogues([Dialogue.FromUser("Hi")]);
        var reinforcement = ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, ToyShop.Policy(ListLength));
        Assert.Contains("ground truth", Assert.Throws<InvalidDataException>(() => reinforcement.Fit(withoutTruth)).Message, StringComparison.Ordinal);
        Assert.Contains("LearningRate", Assert.Throws<ArgumentException>(() => ml.Transforms.ConvRec.Sft(ToyShop.Catalog, Small, new SftOptions { LearningRate = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("GroupSize", Assert.Throws<ArgumentException>(() => new RankGrpoOptions { GroupSize = 1 }.Validate()).Message, StringComparison.Ordinal);
    }
}
