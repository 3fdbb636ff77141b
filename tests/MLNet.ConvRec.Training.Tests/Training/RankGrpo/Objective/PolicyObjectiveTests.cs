using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo.Objective;

/// <summary>The family on one loop.</summary>
[Collection<Alone>]
public class PolicyObjectiveTests
{
    private static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);

    public static TheoryData<string> Algorithms => ["RankGrpo", "Grpo", "Gspo"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void EveryAlgorithm_RaisesTheObjectiveOfItsRollouts_UnderItsOwnName(string algorithm)
    {
        var reports = new List<TrainingProgress>();

        Train(algorithm, new RankGrpoOptions { Steps = 3, BatchSize = 12, LearningRate = 2e-3, UpdatesPerRollout = 5, Progress = new ToldProgress(reports.Add) });

        // At unchanged weights every ratio is 1 and the objective 0, since advantages sum to 0: whatever it is after four updates was learned.
        Assert.All(reports, report => Assert.True(report.Loss < -2e-4, $"step {report.Step}: loss {report.Loss:R} at the fifth update"));
        Assert.All(reports, report => Assert.Equal(algorithm == "RankGrpo" ? "rank-grpo" : algorithm.ToLowerInvariant(), report.Stage));
    }

    [Fact]
    public void Algorithms_AreThree()
    {
        var options = new RankGrpoOptions { Steps = 2, BatchSize = 4, GroupSize = 4, LearningRate = 1e-3, UpdatesPerRollout = 3 };

        var trained = Algorithms.Select(algorithm => Train(algorithm.Data, options)).ToArray();

        Assert.NotEqual(trained[0], trained[1]);
        Assert.NotEqual(trained[0], trained[2]);
        Assert.NotEqual(trained[1], trained[2]);
    }

    [Fact]
    public void OfLists_ComparesTheirDcg()
    {
        double[][][] rewards = [[[1, 0, 0], [0, 0, 0], [0, 1, 1]]];

        var advantages = PolicyObjective.Grpo.Advantages(rewards, AdvantageScaling.None)[0];

        var dcg = 1 / Math.Log2(3) + 0.5; // of hits at ranks 2 and 3
        var mean = (1 + dcg) / 3;
        Assert.Equal([1 - mean, -mean, dcg - mean], advantages.Select(list => Assert.Single(list)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(SequenceReward.Dcg([false, true, true]), SequenceReward.Of(new RankReward.ExpInfinity().Of([false, true, true])), 12);
    }

    [Fact]
    public void OptionsOfRanks_AreRefusedWhereListsAreRewarded()
    {
        var conversational = new MLContext().Transforms.ConvRec;

        var reward = Assert.Throws<ArgumentException>(() => conversational.Grpo(ToyShop.Catalog, Start, new RankGrpoOptions { Reward = new RankReward.Exp(2) }));
        var aggregation = Assert.Throws<ArgumentException>(() => conversational.Gspo(ToyShop.Catalog, Start, new RankGrpoOptions { Aggregation = LossAggregation.TokenMean }));

        Assert.Contains("RankGrpoOptions.Reward is Exp", reward.Message, StringComparison.Ordinal);
        Assert.Contains("RankGrpoOptions.Aggregation is TokenMean", aggregation.Message, StringComparison.Ordinal);
    }

    private static float[] Train(string algorithm, RankGrpoOptions options)
    {
        var ml = new MLContext(seed: 5);
        var conversational = ml.Transforms.ConvRec;
        var trainer = algorithm switch
        {
            "RankGrpo" => conversational.RankGrpo(ToyShop.Catalog, Start, options),
            "Grpo" => conversational.Grpo(ToyShop.Catalog, Start, options),
            _ => conversational.Gspo(ToyShop.Catalog, Start, options),
        };
        return [.. trainer.Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24))).Policy.Weights.Tensors.Values.SelectMany(tensor => tensor.ToArray())];
    }
}
