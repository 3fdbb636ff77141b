using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.LogProbabilities;

internal sealed partial class HeadPass
{
    // Stands for the logarithm of nothing where it is multiplied by nothing: 0 · −∞ is no number.
    private static readonly Scalar Lowest = -1e30;

    /// <summary>Returns the entropy of what each choice is made among, in nats, [N], float32.</summary>
    /// <param name="states">[N, H], float32.</param>
    /// <param name="weight">The head, [V, H].</param>
    /// <param name="totals">As the forward pass returned them.</param>
    public Tensor Entropies(Tensor states, Tensor weight, Tensor totals)
    {
        using var scope = NewDisposeScope();
        var means = zeros_like(totals);                                                          // Σ p · logit, [N]
        foreach (var block in blocks)
        {
            using var part = NewDisposeScope();
            var logits = Logits(block, Rows(block, states), Columns(block, weight));            // [r, c]
            var shares = logits.sub(Rows(block, totals).unsqueeze(1)).exp_();                     // [r, c]
            var mean = shares.mul_(logits.clamp_min(Lowest)).sum(1);                              // [r]
            if (block.Choices is { } choices)
                means.index_add_(0, Places(choices, states.device), mean, HeldScalars.One);
            else
                means.add_(mean, HeldScalars.One);
        }

        return totals.sub(means).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the gradient of the states, and adds that of the head to <paramref name="ofWeight"/>.</summary>
    /// <param name="states">[N, H], float32.</param>
    /// <param name="weight">The head, [V, H].</param>
    /// <param name="totals">As the forward pass returned them.</param>
    /// <param name="entropies">[N].</param>
    /// <param name="gradient">Gradient of the entropies, [N].</param>
    /// <param name="ofWeight">[V, H]; <see langword="null"/> where the head stands still.</param>
    public Tensor EntropyBackward(Tensor states, Tensor weight, Tensor totals, Tensor entropies, Tensor gradient, Tensor? ofWeight)
    {
        return Backward(states, weight, [], ofWeight, OfLogits);

        // dH / d logit = −p (log p + H), over the temperature.
        Tensor OfLogits(HeadBlock block, Tensor logits)
        {
            var logShares = logits.sub(Rows(block, totals).unsqueeze(1));                                     // [r, c]
            var slope = logShares.clamp_min(Lowest).add_(Rows(block, entropies).unsqueeze(1), HeldScalars.One);
            var ofLogits = logShares.exp_().mul_(slope).mul_(Rows(block, gradient).neg().unsqueeze(1));
            return temperature != 1 ? ofLogits.div_(HeldScalars.Of(temperature)) : ofLogits;
        }
    }
}
