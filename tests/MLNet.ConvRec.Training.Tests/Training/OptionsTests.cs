using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training;

/// <summary>No option is accepted and ignored: each, set to another value, changes what is trained.</summary>
[Collection<Alone>]
public class OptionsTests
{
    private static readonly SftOptions SftBase = new() { Epochs = 2, BatchSize = 6 };
    private static readonly RankGrpoOptions RankGrpoBase = new() { Steps = 3, BatchSize = 4, GroupSize = 4, LearningRate = 1e-3 };
    private static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);
    private static readonly Lazy<float[]> SftUnchanged = new(() => Train(SftBase));
    private static readonly Lazy<float[]> RankGrpoUnchanged = new(() => Train(RankGrpoBase));

    public static TheoryData<string> SftChanges => [.. Sft.Keys];

    public static TheoryData<string> RankGrpoChanges => [.. RankGrpo.Keys];

    private static Dictionary<string, Func<SftOptions, SftOptions>> Sft { get; } = new()
    {
        [nameof(SftOptions.Imitation)] = options => options with { Imitation = ImitationTarget.FirstLine },
        [nameof(SftOptions.ImitationTemperature)] = options => options with { Imitation = ImitationTarget.FirstLine, ImitationTemperature = 2 },
        [nameof(SftOptions.Epochs)] = options => options with { Epochs = 3 },
        [nameof(SftOptions.MaxSteps)] = options => options with { MaxSteps = 3 },
        [nameof(SftOptions.BatchSize)] = options => options with { BatchSize = 4 },
        [nameof(SftOptions.LearningRate)] = options => options with { LearningRate = 1e-3 },
        [nameof(SftOptions.WarmupRatio)] = options => options with { WarmupRatio = 0.5 },
        [nameof(SftOptions.RateSchedule)] = options => options with { RateSchedule = LearningRateSchedule.Cosine },
        [nameof(SftOptions.FinalRateRatio)] = options => options with { FinalRateRatio = 0.5 },
        [nameof(SftOptions.Beta1)] = options => options with { Beta1 = 0.8 },
        [nameof(SftOptions.Beta2)] = options => options with { Beta2 = 0.9 },
        [nameof(SftOptions.WeightDecay)] = options => options with { WeightDecay = 0.5 },
        [nameof(SftOptions.GradientClip)] = options => options with { GradientClip = 0.01 },
        [nameof(SftOptions.Dropout)] = options => options with { Dropout = 0 },
        [nameof(SftOptions.Lora)] = options => options with { Lora = new LoraOptions() },
        [nameof(SftOptions.Precision)] = options => options with { Precision = Precision.Mixed },
        [nameof(SftOptions.TimeBudget)] = options => options with { TimeBudget = TimeSpan.FromTicks(1) },
        [nameof(SftOptions.ValidationSet)] = options => Watched(options) with { IsBestKept = true },
        [nameof(SftOptions.ValidationInterval)] = options => Watched(options) with { Patience = 1, ValidationInterval = 10 },
        [nameof(SftOptions.IsBestKept)] = options => Watched(options) with { IsBestKept = true },
        [nameof(SftOptions.Patience)] = options => Watched(options) with { Patience = 1 },
    };

    private static Dictionary<string, Func<RankGrpoOptions, RankGrpoOptions>> RankGrpo { get; } = new()
    {
        [nameof(RankGrpoOptions.Steps)] = options => options with { Steps = 2 },
        [nameof(RankGrpoOptions.BatchSize)] = options => options with { BatchSize = 3 },
        [nameof(RankGrpoOptions.GroupSize)] = options => options with { GroupSize = 3 },
        [nameof(RankGrpoOptions.LearningRate)] = options => options with { LearningRate = 2e-3 },
        [nameof(RankGrpoOptions.WarmupRatio)] = options => options with { WarmupRatio = 0.9 },
        [nameof(RankGrpoOptions.RateSchedule)] = options => options with { FinalRateRatio = 0.1, RateSchedule = LearningRateSchedule.Cosine },
        [nameof(RankGrpoOptions.FinalRateRatio)] = options => options with { FinalRateRatio = 0.1 },
        [nameof(RankGrpoOptions.UpdatesPerRollout)] = options => options with { UpdatesPerRollout = 2 },
        [nameof(RankGrpoOptions.ClipLow)] = options => options with { UpdatesPerRollout = 2, ClipLow = 0.0001 },
        [nameof(RankGrpoOptions.ClipHigh)] = options => options with { UpdatesPerRollout = 2, ClipHigh = 0.0001 },
        [nameof(RankGrpoOptions.RatioBound)] = options => options with { UpdatesPerRollout = 2, ClipHigh = 0.0001, RatioBound = 1.0002 },
        [nameof(RankGrpoOptions.KlCoefficient)] = options => options with { KlCoefficient = 0.5 },
        [nameof(RankGrpoOptions.EntropyCoefficient)] = options => options with { EntropyCoefficient = 0.05 },
        [nameof(RankGrpoOptions.Aggregation)] = options => options with { Aggregation = LossAggregation.TokenMean },
        [nameof(RankGrpoOptions.AdvantageScaling)] = options => options with { AdvantageScaling = AdvantageScaling.Batch },
        [nameof(RankGrpoOptions.Reward)] = options => options with { Reward = new RankReward.DcgFrom() },
        [nameof(RankGrpoOptions.Temperature)] = options => options with { Temperature = 1.4 },
        [nameof(RankGrpoOptions.Rollouts)] = options => options with { Rollouts = RolloutDistribution.FirstLine },
        [nameof(RankGrpoOptions.TopP)] = options => options with { TopP = 0.7 },
        [nameof(RankGrpoOptions.IsCatalogConstrained)] = options => options with { IsCatalogConstrained = false, KlCoefficient = 0.1 },
        [nameof(RankGrpoOptions.LengthShaping)] = options => Free(options) with { LengthShaping = new LengthShaping() },
        [nameof(RankGrpoOptions.IncludeTruncated)] = options => Free(options) with { LengthShaping = new LengthShaping(), IncludeTruncated = false },
        [nameof(RankGrpoOptions.GradientClip)] = options => options with { GradientClip = 1e-4 },
        [nameof(RankGrpoOptions.Beta1)] = options => options with { Beta1 = 0.5 },
        [nameof(RankGrpoOptions.Beta2)] = options => options with { Beta2 = 0.9 },
        [nameof(RankGrpoOptions.IncludeImitated)] = options => options with { IncludeImitated = true },
        [nameof(RankGrpoOptions.Lora)] = options => options with { Lora = new LoraOptions() },
        [nameof(RankGrpoOptions.Precision)] = options => options with { Precision = Precision.Mixed },
        [nameof(RankGrpoOptions.TimeBudget)] = options => options with { TimeBudget = TimeSpan.FromTicks(1) },
        [nameof(RankGrpoOptions.MaxListTokens)] = options => Free(options) with { LengthShaping = new LengthShaping(), MaxListTokens = 20 },
        [nameof(RankGrpoOptions.ValidationSet)] = Watched,
        [nameof(RankGrpoOptions.ValidationInterval)] = options => Watched(options) with { ValidationInterval = 1 },
    };

    [Theory]
    [MemberData(nameof(SftChanges))]
    public void SftOption_ChangesTheWeights(string option)
    {
        // A validation set by itself changes nothing: compare with what looks at it, as often, or ends as it stands.
        var compared = option switch
        {
            nameof(SftOptions.ImitationTemperature) => Train(SftBase with { Imitation = ImitationTarget.FirstLine }),
            nameof(SftOptions.ValidationSet) => Train(Watched(SftBase) with { ValidationSet = null }),
            nameof(SftOptions.IsBestKept) or nameof(SftOptions.Patience) => Train(Watched(SftBase)),
            nameof(SftOptions.ValidationInterval) => Train(Watched(SftBase) with { Patience = 1 }),
            _ => SftUnchanged.Value,
        };

        Assert.NotEqual(compared, Train(Sft[option](SftBase)));
    }

    [Theory]
    [MemberData(nameof(RankGrpoChanges))]
    public void RankGrpoOption_ChangesTheWeights(string option)
    {
        // Clipping needs a second update, a schedule a decay, lists that end somewhere free sampling, looks a set: compare with what has those already.
        var compared = option switch
        {
            nameof(RankGrpoOptions.ClipLow) or nameof(RankGrpoOptions.ClipHigh) => Train(RankGrpoBase with { UpdatesPerRollout = 2 }),
            nameof(RankGrpoOptions.RatioBound) => Train(RankGrpoBase with { UpdatesPerRollout = 2, ClipHigh = 0.0001 }),
            nameof(RankGrpoOptions.RateSchedule) => Train(RankGrpoBase with { FinalRateRatio = 0.1 }),
            nameof(RankGrpoOptions.LengthShaping) => Train(Free(RankGrpoBase)),
            nameof(RankGrpoOptions.ValidationSet) => Train(Watched(RankGrpoBase) with { ValidationSet = null }),
            nameof(RankGrpoOptions.ValidationInterval) => Train(Watched(RankGrpoBase)),
            nameof(RankGrpoOptions.IncludeTruncated) or nameof(RankGrpoOptions.MaxListTokens) => Train(Free(RankGrpoBase) with { LengthShaping = new LengthShaping() }),
            nameof(RankGrpoOptions.IsCatalogConstrained) => Train(RankGrpoBase with { KlCoefficient = 0.1 }),
            _ => RankGrpoUnchanged.Value,
        };

        Assert.NotEqual(compared, Train(RankGrpo[option](RankGrpoBase)));
    }

    [Fact]
    public void EveryOption_IsInTheTables()
    {
        string[] told =
        [
            nameof(SftOptions.GradientCheckpointing), // changes memory alone: RecomputedBlockTests
            nameof(SftOptions.MicroBatchTokens), // changes memory, and roundings: MicroBatchTests
            nameof(SftOptions.Checkpoints), // changes nothing that is trained: ResumeTests
            nameof(SftOptions.Progress), nameof(SftOptions.CancellationToken),
            nameof(SftOptions.Decoding), // changes how what was trained is used: DecodingTests
            nameof(RankGrpoOptions.CompletionsInterval), // changes what is shown: StepsToldTests
            nameof(RankGrpoOptions.ConcurrentLists), // changes memory alone: draws are keyed by dialogue, list and position
        ];

        Assert.Equal(Properties(typeof(SftOptions)).Except(told).Order(), Sft.Keys.Order());
        Assert.Equal(Properties(typeof(RankGrpoOptions)).Except(told).Except([nameof(RankGrpoOptions.Patience), nameof(RankGrpoOptions.ValidationDecoding)]).Order(), RankGrpo.Keys.Order()); // the best weights may be the same: EarlyStoppingTests, DecodingTests

        static IEnumerable<string> Properties(Type options) => options.GetProperties().Where(property => property.SetMethod is not null).Select(property => property.Name);
    }

    [Theory]
    [MemberData(nameof(WrongTogether))]
    public void OptionsThatExcludeEachOther_AreRefused(string option, RankGrpoOptions options) =>
        Assert.StartsWith($"RankGrpoOptions.{option} is", Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);

    public static TheoryData<string, RankGrpoOptions> WrongTogether => new()
    {
        { nameof(RankGrpoOptions.RatioBound), RankGrpoBase with { RatioBound = 1.08 } },
        { nameof(RankGrpoOptions.LengthShaping), RankGrpoBase with { LengthShaping = new LengthShaping() } },
        { nameof(RankGrpoOptions.IncludeTruncated), RankGrpoBase with { IncludeTruncated = false } },
        { nameof(RankGrpoOptions.RateSchedule), RankGrpoBase with { RateSchedule = (LearningRateSchedule)7 } },
        { nameof(RankGrpoOptions.AdvantageScaling), RankGrpoBase with { AdvantageScaling = (AdvantageScaling)7 } },
        { nameof(RankGrpoOptions.ValidationDecoding), RankGrpoBase with { ValidationDecoding = (ListDecoding)7 } },
        { nameof(RankGrpoOptions.Decoding), RankGrpoBase with { Decoding = (ListDecoding)7 } },
    };

    [Theory]
    [InlineData(20)]
    [InlineData(45)]
    public void MaxListTokens_EndsAFreeList(int limit)
    {
        var lists = new ListFactory(ToyShop.Catalog, Start.Prompt);
        using var network = new Transformer(Start.Weights, TorchSharp.torch.CPU);
        var options = RankGrpoBase with { IsCatalogConstrained = false, MaxListTokens = limit };

        var rollouts = new RolloutSampler(lists, new(ToyShop.Catalog), options, 1).Sample(network, ToyShop.Prompts(lists), step: 0);

        Assert.Equal(limit, rollouts.Lists.Max(list => list.Tokens.Length));
    }

    [Fact]
    public void Validation_LooksWhenAsked_AndNeverEndsBelowTheStart()
    {
        var ml = new MLContext(seed: 1);
        var looks = new List<(int Step, double Ndcg)>();
        var valid = ml.Data.LoadDialogues(ToyRows.Make(10).Select(row => row.ToDialogue()).ToArray());

        // A rate that ruins the policy: the weights of the start are the best.
        var trained = ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, Start, RankGrpoBase with
        {
            Steps = 4,
            LearningRate = 0.5,
            ValidationSet = valid,
            ValidationInterval = 2,
            Progress = new ToldProgress(progress =>
            {
                if (progress.ValidationNdcg is { } ndcg)
                    looks.Add((progress.Step, ndcg));
            }),
        }).Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24)));

        Assert.Equal([2, 4], looks.Select(look => look.Step));
        var lists = new ListFactory(ToyShop.Catalog, Start.Prompt);
        var validation = new GreedyValidation(lists, [.. ToyRows.Make(10).Select(row => lists.Prepare(row.ToDialogue()))]);
        using var start = new Transformer(Start.Weights, TorchSharp.torch.CPU);
        using var end = new Transformer(trained.Policy.Weights, TorchSharp.torch.CPU);
        var best = Math.Max(validation.Ndcg(start, TestContext.Current.CancellationToken), looks.Max(look => look.Ndcg));
        Assert.Equal(best, validation.Ndcg(end, TestContext.Current.CancellationToken), 9);
    }

    [Fact]
    public void ValidationOfImitation_LooksWhenAsked_AndChangesNothingThatIsTrained()
    {
        var ml = new MLContext(seed: 5);
        var looks = new List<int>();
        var watched = Train(SftBase with
        {
            ValidationSet = ml.Data.LoadFromEnumerable(ToyRows.Make(36).Skip(24)),
            ValidationInterval = 3,
            Progress = new ToldProgress(progress =>
            {
                if (progress.ValidationLoss is not null)
                    looks.Add(progress.Step);
            }),
        });

        Assert.Equal([3, 4], looks); // every third step, and the last
        Assert.Equal(SftUnchanged.Value, watched);
    }

    // The rate overshoots: what is looked at gets worse now and then.
    private static SftOptions Watched(SftOptions options) => options with
    {
        MaxSteps = 10,
        LearningRate = 1,
        WarmupRatio = 0,
        RateSchedule = LearningRateSchedule.Constant,
        ValidationSet = EarlyStoppingTests.HeldOut(new MLContext()),
        ValidationInterval = 1,
    };

    // One look, at the end, or one after each step.
    private static RankGrpoOptions Watched(RankGrpoOptions options) => options with
    {
        LearningRate = 0.02,
        ValidationSet = EarlyStoppingTests.HeldOut(new MLContext()),
    };

    private static RankGrpoOptions Free(RankGrpoOptions options) => options with { IsCatalogConstrained = false, MaxListTokens = 100, KlCoefficient = 0.1 };

    private static float[] Train(SftOptions options)
    {
        var ml = new MLContext(seed: 5);
        return Weights(ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, options).Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24))));
    }

    private static float[] Train(RankGrpoOptions options)
    {
        var ml = new MLContext(seed: 5);
        return Weights(ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, Start, options).Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24))));
    }

    private static float[] Weights(PolicyTransformer trained) => [.. trained.Policy.Weights.Tensors.Values.SelectMany(tensor => tensor.ToArray())];
}
