using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Sft;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Training.Sft;

[Collection<Alone>]
public class SftLoopTests
{
    [Fact]
    public void MicroBatchesOfOneExample_HaveTheLossAndGradientOfAllEight()
    {
        var policy = ToyShop.Policy(ToyRows.ListLength);
        using var network = ToyShop.Network(policy, scale: 2);
        SftExample[] batch =
        [
            .. ToyRows.Make(16).Where(row => row.Demonstration.Length > 0).Select((row, index) => new SftExample(
                policy.Prompt.Encode(row.ToDialogue()),
                [.. row.Demonstration.Take(1 + (index % 5)).SelectMany(line => policy.Prompt.Tokenizer.Encode(line).Append(policy.Prompt.NewLineToken)), policy.Prompt.Tokenizer.EndOfTurn])),
        ];

        var (whole, ofWhole) = Accumulate(int.MaxValue);
        var (parts, ofParts) = Accumulate(1);

        Assert.Equal(8, batch.Length);
        Assert.Equal(whole, parts, 1e-6);
        Assert.True(ofWhole.Max(Math.Abs) > 1e-3, "there is no gradient to compare");
        for (var i = 0; i < ofWhole.Length; i++)
            Assert.True(Math.Abs(ofWhole[i] - ofParts[i]) <= 1e-6, $"weight {i}: gradient {ofWhole[i]:R} of one micro-batch, {ofParts[i]:R} of eight");

        (double Loss, float[] Gradient) Accumulate(int microBatchTokens)
        {
            using var scope = NewDisposeScope();
            network.zero_grad();
            var loss = SftLoop.Accumulate(network, batch, dropout: null, microBatchTokens);
            return (loss, [.. network.parameters().SelectMany(parameter => parameter.grad!.reshape(-1).data<float>().ToArray())]);
        }
    }
}
