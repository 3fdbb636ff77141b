using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>Imitation: mean cross-entropy of the demonstrations' tokens, or of the lines that their scores make likely.</summary>
internal static class SftLoss
{
    /// <summary>Returns the summed cross-entropy over a part of a batch, divided by <paramref name="weight"/>; a scalar.</summary>
    /// <param name="logProbabilities">Log-probability of each list token, [tokens]; or of each choice, weighted, [choices].</param>
    /// <param name="weight">List tokens of the whole batch, or its dialogues, so that micro-batches add up to it exactly.</param>
    public static Tensor Of(Tensor logProbabilities, double weight) => -logProbabilities.sum() / new Real(weight);
}
