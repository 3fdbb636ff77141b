using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Training;

/// <summary>Both stages with adapters in place of the weights.</summary>
[Collection<Alone>]
public class LoraTests
{
    private static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);
    private static readonly ListFactory Lists = new(ToyShop.Catalog, Start.Prompt);
    private static readonly LoraOptions Lora = new() { Rank = 4, Alpha = 8 };

    private static readonly SftExample[] Examples =
    [
        .. ToyRows.Make(24).Where(row => row.Demonstration.Length > 0).Select(row => new SftExample(
            Start.Prompt.Encode(row.ToDialogue()), [.. row.Demonstration.SelectMany(Start.Prompt.Tokenizer.Encode), Start.Prompt.Tokenizer.EndOfTurn])),
    ];

    [Theory]
    [InlineData(Precision.Full, false)]
    [InlineData(Precision.Full, true)]
    [InlineData(Precision.Mixed, false)]
    [InlineData(Precision.BFloat16, true)]
    public void Imitation_Learns_AndTheWeightsStandStill(Precision precision, bool isRecomputed)
    {
        using var start = ToyShop.Network(Start); // a frozen head of tiny weights could say nothing
        using var network = new Transformer(WeightTransfer.Save(start), CPU, precision) { IsRecomputed = isRecomputed };
        var before = Own(network);
        var losses = new List<double>();

        SftLoop.Run(network, Examples, new SftOptions { Epochs = 40, BatchSize = 6, LearningRate = 1e-2, Lora = Lora }, 1, TimeProvider.System, progress => losses.Add(progress.Loss));

        Assert.True(losses[^1] < 0.7 * losses[0], $"the loss went from {losses[0]} to {losses[^1]}");
        Assert.Equal(before, Own(network));
        using var merged = new Transformer(WeightTransfer.Save(network), CPU, precision);
        Assert.NotEqual(before, Own(merged));
    }

    // Read through the public door: what is trained is a plain policy, and a warm start of the next stage.
    [Fact]
    public void Reinforcement_LearnsFromAWarmStartWithAdapters()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(ToyRows.Make(48));
        var imitation = ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, new SftOptions { Epochs = 16, BatchSize = 8, LearningRate = 1e-2 }).Fit(data);
        var rewards = new List<double>();
        var options = new RankGrpoOptions
        {
            Steps = 30,
            BatchSize = 12,
            LearningRate = 1e-2,
            KlCoefficient = 1e-3,
            IncludeImitated = true,
            Lora = Lora,
            Progress = new ToldProgress(progress => rewards.Add(progress.Reward ?? double.NaN)),
        };

        var trained = ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, imitation.Policy, options).Fit(data);

        var (first, last) = (rewards.Take(3).Average(), rewards.TakeLast(3).Average());
        Assert.True(last > first + 0.05, $"the reward went from {first} to {last}");
        Assert.Equal(imitation.Policy.Weights.Tensors.Keys.Order(), trained.Policy.Weights.Tensors.Keys.Order());
        Assert.Equal(imitation.Policy.Weights.Tensors["model.embed_tokens.weight"].ToArray(), trained.Policy.Weights.Tensors["model.embed_tokens.weight"].ToArray());
        Assert.NotEqual(imitation.Policy.Weights.Tensors["model.layers.0.mlp.up_proj.weight"].ToArray(), trained.Policy.Weights.Tensors["model.layers.0.mlp.up_proj.weight"].ToArray());
    }

    [Fact]
    public void Divergence_IsFromTheBase_AsFromACopyOfIt()
    {
        var options = new RankGrpoOptions { GroupSize = 4 };
        using var network = ToyShop.Network(Start);
        using var copy = network.Copy();
        new LoraOptions().Adapt(network, 1);
        using var scope = NewDisposeScope();
        Disturb(network);
        var rollouts = new RolloutSampler(Lists, new(ToyShop.Catalog), options, 5).Sample(network, ToyShop.Prompts(Lists), step: 0);

        var (ofBase, gradientOfBase) = Accumulate(network);
        var (ofCopy, gradientOfCopy) = Accumulate(copy);
        var (ofNone, _) = Accumulate(null);

        Assert.Equal(ofCopy, ofBase);
        Assert.Equal(gradientOfCopy, gradientOfBase);
        Assert.NotEqual(ofNone, ofBase);
        Assert.True(network.Adapters!.AreOn);

        (double Loss, float[] Gradient) Accumulate(Transformer? reference)
        {
            foreach (var (_, matrix) in network.Trained)
                matrix.grad?.zero_();
            var loss = new PolicyUpdate(PolicyObjective.RankGrpo, Lists, reference, options with { KlCoefficient = reference is null ? 0 : 0.5 }).Accumulate(network, rollouts).Loss;
            return (loss, [.. network.Trained.SelectMany(entry => entry.Parameter.grad!.reshape(-1).data<float>().ToArray())]);
        }
    }

    [Fact]
    public void OnlyAdapters_HaveGradientsAndMoments()
    {
        using var network = new Transformer(Start.Weights, CPU);
        Lora.Adapt(network, 1);

        using var optimization = new Optimization(network.Trained, 0.9, 0.98, 0, 1);
        SftLoop.Accumulate(network, Examples, dropout: null, int.MaxValue);

        var config = network.Config;
        int queries = config.HeadCount * config.HeadSize, keys = config.KeyValueHeadCount * config.HeadSize;
        var sides = (2 * (config.HiddenSize + queries)) + (2 * (config.HiddenSize + keys)) + (3 * (config.HiddenSize + config.IntermediateSize)); // in + out of q and o, k and v, gate, up and down
        var trained = (long)config.LayerCount * Lora.Rank * sides;
        Assert.Equal(trained, network.Trained.Sum(entry => entry.Parameter.NumberOfElements));
        Assert.Equal(2 * trained, optimization.Moments.Sum(moment => moment.Moment.NumberOfElements));
        Assert.All(network.parameters(), weight => Assert.Null(weight.grad));
    }

    [Fact]
    public void Steps_LeaveNoTensorBehind()
    {
        var live = new List<long>();
        using var network = new Transformer(Start.Weights, CPU) { IsRecomputed = true };
        var options = new RankGrpoOptions { Steps = 6, BatchSize = 3, GroupSize = 3, LearningRate = 1e-3, KlCoefficient = 0.1, EntropyCoefficient = 0.01, Lora = Lora };

        RankGrpoLoop.Run(PolicyObjective.RankGrpo, network, Lists, ToyShop.Prompts(Lists), null, options, 1, TimeProvider.System, _ => live.Add(Alone.LiveTensors()));

        Assert.Single(live.Skip(1).Distinct());
    }

    [Fact]
    public void Checkpoint_HoldsTheAdaptersAlone_AndRefusesOthersByName()
    {
        using var folder = new TemporaryFolder();
        Fit(Lora);

        var weights = SafetensorsFile.Read(Path.Combine(folder.FullName, "step-3", CheckpointNames.Weights));
        var moments = SafetensorsFile.Read(Path.Combine(folder.FullName, "step-3", CheckpointNames.Optimizer));
        Assert.All(weights.Keys, name => Assert.Contains(".lora_", name, StringComparison.Ordinal));
        Assert.Equal(weights.Keys.SelectMany(name => new[] { $"{name}.mean", $"{name}.square" }).Order(), moments.Keys.Order());

        Assert.Contains("SftOptions.Lora was LoraOptions(Alpha 8, Rank 4) and is LoraOptions(Alpha 16, Rank 4)", Refused(Lora with { Alpha = 16 }), StringComparison.Ordinal);
        Assert.Contains("SftOptions.Lora was LoraOptions(Alpha 8, Rank 4) and is none. Train in another folder.", Refused(null, isOtherRunAllowed: true), StringComparison.Ordinal);

        string Refused(LoraOptions? other, bool isOtherRunAllowed = false) => Assert.Throws<InvalidDataException>(() => Fit(other, isOtherRunAllowed)).Message;

        void Fit(LoraOptions? lora, bool isOtherRunAllowed = false)
        {
            var ml = new MLContext(seed: 5);
            var checkpoints = new CheckpointOptions { Folder = folder.FullName, IsOtherRunAllowed = isOtherRunAllowed };
            ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, new SftOptions { MaxSteps = 3, BatchSize = 6, Lora = lora, Checkpoints = checkpoints })
                .Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24)));
        }
    }

    [Theory]
    [InlineData(0, 32, "LoraOptions.Rank is 0; it must be at least 1.")]
    [InlineData(16, 0, "LoraOptions.Alpha is 0; it must be positive.")]
    [InlineData(16, double.NaN, "LoraOptions.Alpha is NaN; it must be positive.")]
    public void Options_OutOfRange_AreRefused(int rank, double alpha, string sentence)
    {
        var options = new LoraOptions { Rank = rank, Alpha = alpha };

        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => new SftOptions { Lora = options }.Validate()).Message);
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => new RankGrpoOptions { Lora = options }.Validate()).Message);
    }

    private static void Disturb(Transformer network)
    {
        using var noGradient = no_grad();
        using var generator = new Generator(3, CPU);
        foreach (var (_, matrix) in network.Trained)
            matrix.copy_(empty(matrix.shape).uniform_(-0.1, 0.1, generator));
    }

    private static byte[] Own(Transformer network) => [.. network.parameters().SelectMany(parameter => parameter.detach().bytes.ToArray())];
}
