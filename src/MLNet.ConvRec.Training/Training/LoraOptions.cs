using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training;

/// <summary>Options of low-rank adapters (LoRA; Hu et al. 2021): the policy's weights stand still, and each linear layer learns a product of two thin matrices.</summary>
/// <remarks>
/// y = W x + (α / r) B A x for the queries, keys, values and output of the attention and the gate, up and down projections; embedding, head, norms and biases
/// stand still. A begins random and B at 0, so that the first step's policy is that of the start. The trained policy holds W + (α / r) B A in place of W: what
/// comes after knows nothing of adapters. Adapters want a higher learning rate than the whole network.
/// </remarks>
public sealed record LoraOptions
{
    /// <summary>r, the rows of A and the columns of B. The default is 16.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>α; what adapters add is multiplied by α / r. The default is 32.</summary>
    public double Alpha { get; init; } = 32;

    internal void Validate()
    {
        OptionCheck.AtLeast(Rank, 1, nameof(LoraOptions), nameof(Rank));
        OptionCheck.Positive(Alpha, nameof(LoraOptions), nameof(Alpha));
    }

    internal void Adapt(Transformer network, ulong seed) => network.Adapt(Rank, Alpha, seed);
}
