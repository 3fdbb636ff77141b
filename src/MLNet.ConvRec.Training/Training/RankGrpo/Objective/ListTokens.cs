using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Objective;

/// <summary>The tokens of sampled lists and how likely they are; what every loss of the family is a function of. All [B, T].</summary>
/// <param name="Current">Log-probabilities under the policy being trained; carries the gradient.</param>
/// <param name="Old">Log-probabilities under the policy that sampled.</param>
/// <param name="Reference">Log-probabilities under the reference policy; needed only where β > 0.</param>
/// <param name="Ranks">Rank 1..N of each token; 0: a token of no rank, or padding.</param>
internal sealed record ListTokens(Tensor Current, Tensor Old, Tensor? Reference, Tensor Ranks);
