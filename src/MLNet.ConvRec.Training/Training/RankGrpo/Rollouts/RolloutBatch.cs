using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;

namespace MLNet.ConvRec.Training.RankGrpo.Rollouts;

/// <summary>A batch of groups of lists, with what each rank earned.</summary>
/// <param name="Prompts">The dialogues, one a group.</param>
/// <param name="Lists">G lists a group, in the groups' order.</param>
/// <param name="Hits">Which lines of each list hit, [lists][lines].</param>
/// <param name="Rewards">[groups][samples][ranks].</param>
/// <param name="Advantages">[groups][samples][ranks], or [groups][samples][1] where a list is rewarded as a whole.</param>
internal sealed record RolloutBatch(IReadOnlyList<RolloutPrompt> Prompts, SampledList[] Lists, IReadOnlyList<bool>[] Hits, double[][][] Rewards, double[][][] Advantages)
{
    /// <summary>G.</summary>
    public int GroupSize => Lists.Length / Prompts.Count;

    /// <summary>Mean over lists of hits over true items.</summary>
    public double Recall => Hits.Select((hits, i) => (double)hits.Count(hit => hit) / Prompts[i / GroupSize].GroundTruth.Count).Average();

    /// <summary>Mean of −log p of the tokens that were chosen among several, in nats: an estimate of the entropy of what they were drawn from.</summary>
    public double Entropy => Lists.SelectMany(list => list.Decisions.Select(decision => -(double)list.LogProbabilities[decision.Position])).DefaultIfEmpty(0).Average();
}
