using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;

namespace MLNet.ConvRec.Training.RankGrpo.Rollouts;

/// <summary>A dialogue ready for rollouts.</summary>
/// <param name="Id">The dialogue's id.</param>
/// <param name="Prompt">Its prompt in tokens.</param>
/// <param name="Seen">Titles that can't hit.</param>
/// <param name="Excluded">Catalog indices that a constrained list may not hold.</param>
/// <param name="GroundTruth">The true items.</param>
internal sealed record RolloutPrompt(
    string Id, int[] Prompt, IReadOnlyList<ItemReference> Seen, IReadOnlyList<int> Excluded, IReadOnlyList<ItemReference> GroundTruth)
{
    /// <summary>Identifies the dialogue among the draws of a seed, whatever the order: a hash of its id.</summary>
    public ulong Key { get; } = StableHash.Of(0, Id);
}
