using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training;

/// <summary>The options that say how lists are written: by the trained recommender, and on validation.</summary>
[Collection<Alone>]
public class DecodingTests
{
    // Its distributions are far from uniform, and its ways of writing lists differ.
    private static readonly PolicyModel Start = Sharp();

    [Theory]
    [InlineData(ListDecoding.Lines)]
    [InlineData(ListDecoding.First)]
    [InlineData(ListDecoding.Joined)]
    public void TrainedRecommender_WritesListsAsAsked_SavedToo(ListDecoding decoding)
    {
        var ml = new MLContext(seed: 5);
        var rows = ml.Data.LoadFromEnumerable(ToyRows.Make(24));
        var sft = ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, new SftOptions { MaxSteps = 1, LearningRate = 1e-6, Decoding = decoding }).Fit(rows, Start);
        var reinforced = ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, Start, new RankGrpoOptions { Steps = 1, BatchSize = 4, LearningRate = 1e-6, Decoding = decoding }).Fit(rows);

        foreach (var trained in new[] { sft, reinforced })
        {
            var expected = Lists(trained.Policy, decoding);
            foreach (var other in Enum.GetValues<ListDecoding>().Where(other => other != decoding))
                Assert.NotEqual(expected, Lists(trained.Policy, other));
            Assert.Equal(expected, Titles(trained));
            using var saved = new MemoryStream();
            ml.Model.Save(trained, rows.Schema, saved);
            Assert.Equal(expected, Titles(new MLContext().Model.Load(saved, out _)));
        }
    }

    [Fact]
    public void ValidationDecoding_ChangesWhatIsSeen_AndNothingThatIsTrained()
    {
        var looks = new Dictionary<ListDecoding, List<double>>();
        var losses = new Dictionary<ListDecoding, List<double>>();
        foreach (var decoding in Enum.GetValues<ListDecoding>())
        {
            (looks[decoding], losses[decoding]) = ([], []);
            var ml = new MLContext(seed: 5);
            ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, Start, new RankGrpoOptions
            {
                Steps = 3,
                BatchSize = 4,
                LearningRate = 0.02,
                ValidationDecoding = decoding,
                ValidationSet = EarlyStoppingTests.HeldOut(new MLContext()),
                ValidationInterval = 1,
                Progress = new ToldProgress(told =>
                {
                    looks[decoding].Add(told.ValidationNdcg!.Value);
                    losses[decoding].Add(told.Loss);
                }),
            }).Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24)));
        }

        Assert.Equal(losses[ListDecoding.Lines], losses[ListDecoding.First]);
        Assert.NotEqual(looks[ListDecoding.Lines], looks[ListDecoding.First]);
        Assert.NotEqual(looks[ListDecoding.First], looks[ListDecoding.Joined]);
    }

    private static PolicyModel Sharp()
    {
        var policy = ToyShop.Policy(ToyRows.ListLength);
        using var network = ToyShop.Network(policy);
        return policy.With(WeightTransfer.Save(network));
    }

    private static string[][] Lists(PolicyModel policy, ListDecoding decoding)
    {
        using var network = new Transformer(policy.Weights, TorchSharp.torch.CPU);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        ListRequest[] requests = [.. ToyShop.Prompts(lists).Select(prompt => new ListRequest(prompt.Prompt, prompt.Excluded))];
        return [.. GreedyLists.Of(network, lists.Trie, requests, lists.ListLength, decoding, TestContext.Current.CancellationToken)
            .Select(list => list.Items.Select(item => ToyShop.Catalog.Items[item].Title).ToArray())];
    }

    private static string[][] Titles(ITransformer model) =>
        [.. model.Transform(new MLContext().Data.LoadDialogues(ToyShop.Dialogues)).ReadRecommendations().Select(list => list.Recommendations.Select(item => item.Title).ToArray())];
}
