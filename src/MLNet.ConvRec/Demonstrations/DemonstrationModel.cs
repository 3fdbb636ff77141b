using MLNet.ConvRec.Demonstrations.Adjust;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>What was fitted to train, or to a part of it.</summary>
/// <param name="Similarity">How similarities are blended.</param>
/// <param name="Adjust">w and b.</param>
internal sealed record DemonstrationModel(SimilarityWeights Similarity, AdjustWeights Adjust);
