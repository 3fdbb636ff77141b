using System.Runtime.InteropServices;
using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;
using MLNet.ConvRec.Training.Tests.Policy;

namespace MLNet.ConvRec.Training.Tests.Training;

/// <summary>Micro-batches chosen by the free memory: told in a sentence, kept by checkpoints, and without an effect on what is learned.</summary>
[Collection<Alone>]
public class MicroBatchTests
{
    [Theory]
    [InlineData(-5, 1000, 512)] // the least, whatever is free
    [InlineData(10_000_000, 1000, 4096)] // half of it is 5,000 tokens
    [InlineData(long.MaxValue, 1000, 131_072)]
    public void AnEstimate_TakesHalfOfWhatIsFree(long free, long bytesPerToken, int tokens) =>
        Assert.Equal(tokens, MicroBatch.ByEstimate(free, bytesPerToken).Tokens);

    [Theory]
    [InlineData(200_000, 131_072, "more win nothing")]
    [InlineData(11_000, 8192, "16384 didn't fit the card")]
    [InlineData(640, 512, "1024 didn't fit the card")]
    public void ATrial_HalvesUntilItFits(int room, int tokens, string why)
    {
        var chosen = MicroBatch.ByTrial(attempt => Hold(attempt, room));

        Assert.Equal((tokens, $"sft: micro-batches of {tokens} tokens, since {why}."), (chosen.Tokens, chosen.Told("sft")));
    }

    [Fact]
    public void ATrial_EndsWhereNothingFits_AndAtOtherFaults()
    {
        Assert.ThrowsAny<ExternalException>(() => MicroBatch.ByTrial(attempt => Hold(attempt, room: 100)));
        var attempts = 0;
        Assert.ThrowsAny<ExternalException>(() => MicroBatch.ByTrial(_ => throw new CardFault($"device-side assert {++attempts}")));
        Assert.Equal(1, attempts);
    }

    [Fact]
    public void ANetworkOnAnotherDevice_IsTried() // on meta everything fits
    {
        using var network = MetaNetworkTests.Network(SmallPolicies.Configs["qwen3"], Precision.Mixed, isRecomputed: true);

        Assert.Equal(MicroBatch.Most, MicroBatch.Choose(network, longest: 700).Tokens);
    }

    [Fact]
    public void LessPrecision_AndMoreToKeep_AreSeenInTheEstimate()
    {
        var config = SmallPolicies.Configs["qwen2"] with { LayerCount = 24 };

        var plain = MicroBatch.BytesPerToken(config, Precision.Full, isRecomputed: false);

        Assert.InRange(MicroBatch.BytesPerToken(config, Precision.Full, isRecomputed: true), 1, plain / 4);
        Assert.Equal(plain * 5 / 4, MicroBatch.BytesPerToken(config, Precision.Mixed, isRecomputed: false));
    }

    [Fact]
    public void Chosen_IsTold_AndLearnsTheSame()
    {
        var log = new List<string>();

        var (usual, chosen) = (Imitate(new SftOptions(), log), Imitate(new SftOptions { MicroBatchTokens = null }, log));

        Assert.Equal(usual, chosen, (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.StartsWith("sft: micro-batches of 131072 tokens, since a token takes about ", Assert.Single(log, line => line.Contains("micro-batches", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void AResumedRun_CutsAsItBegan()
    {
        using var folder = new TemporaryFolder();
        var log = new List<string>();
        var options = new SftOptions { MicroBatchTokens = 300 };
        var undisturbed = Imitate(options, log);
        using var cancellation = new CancellationTokenSource();
        var stopped = options with
        {
            Checkpoints = new CheckpointOptions { Folder = folder.FullName },
            CancellationToken = cancellation.Token,
            Progress = new ToldProgress(_ => cancellation.Cancel()),
        };
        Assert.Throws<OperationCanceledException>(() => Imitate(stopped, log));
        var resumed = options with { Checkpoints = stopped.Checkpoints };

        var otherwise = Assert.Throws<InvalidDataException>(() => Imitate(resumed with { MicroBatchTokens = 400 }, log));
        Assert.Contains("another run: tokens of a micro-batch was 300 and is 400.", otherwise.Message, StringComparison.Ordinal);
        Assert.Equal(undisturbed, Imitate(resumed with { MicroBatchTokens = null }, log));
        Assert.DoesNotContain(log, line => line.Contains("micro-batches", StringComparison.Ordinal)); // nothing was chosen
    }

    [Fact]
    public void Reinforcement_ChoosesToo()
    {
        var log = new List<string>();
        var ml = Told(log);

        ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, ToyShop.Policy(ToyRows.ListLength), new RankGrpoOptions { Steps = 1, BatchSize = 2, GroupSize = 2, MicroBatchTokens = null })
            .Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(12)));

        Assert.Single(log, line => line.StartsWith("rank-grpo: micro-batches of ", StringComparison.Ordinal));
    }

    [Fact]
    public void NoTokens_AreRefused()
    {
        Assert.StartsWith("SftOptions.MicroBatchTokens is 0", Assert.Throws<ArgumentException>(new SftOptions { MicroBatchTokens = 0 }.Validate).Message, StringComparison.Ordinal);
        Assert.StartsWith("RankGrpoOptions.MicroBatchTokens is 0", Assert.Throws<ArgumentException>(new RankGrpoOptions { MicroBatchTokens = 0 }.Validate).Message, StringComparison.Ordinal);
    }

    private static void Hold(int tokens, int room)
    {
        if (tokens > room)
            throw new CardFault("CUDA out of memory. Tried to allocate 2.00 GiB.");
    }

    // TorchSharp throws the base itself.
    private sealed class CardFault(string message) : ExternalException(message);

    private static float[] Imitate(SftOptions options, List<string> log)
    {
        var ml = Told(log);
        var trained = ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, options with { Epochs = 2, BatchSize = 6 }).Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24)));
        return [.. trained.Policy.Weights.Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).SelectMany(tensor => tensor.Value.ToArray())];
    }

    private static MLContext Told(List<string> log)
    {
        var ml = new MLContext(5);
        ml.Log += (_, told) => log.Add(told.RawMessage);
        return ml;
    }
}
