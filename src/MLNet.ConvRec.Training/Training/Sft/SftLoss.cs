using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>Imitation: mean cross-entropy of the demonstrations' tokens.</summary>
internal static class SftLoss
{
    /// <summary>Returns the summed cross-entropy over the batch's list tokens, divided by <paramref name="tokenCount"/>; a scalar.</summary>
    /// <param name="logProbabilities">Log-probability of each list token, [tokens].</param>
    /// <param name="tokenCount">List tokens of the whole batch, so that micro-batches add up to it exactly.</param>
    public static Tensor Of(Tensor logProbabilities, double tokenCount) => -logProbabilities.sum() / new Real(tokenCount);
}
