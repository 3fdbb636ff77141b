using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>Judges a policy by how unlikely it finds held-out demonstrations.</summary>
internal sealed class DemonstrationValidation(SftExample[] examples)
{
    /// <summary>Returns the mean cross-entropy, in nats a token of a list, or a line where scores are imitated, without dropout.</summary>
    public double Loss(Transformer network, CancellationToken cancellation)
    {
        using var noGradient = no_grad();
        var total = 0.0;
        foreach (var part in SftLoop.MicroBatches(examples, SftOptions.DefaultMicroBatchTokens))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            total += HostTransfer.Number(SftLoss.Of(SftLoop.LogProbabilities(network, part, dropout: null), weight: 1), HostPlace.ValidationLoss);
        }

        return total / examples.Sum(example => example.Weight);
    }
}
