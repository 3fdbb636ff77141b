using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.RankGrpo.Objective;

namespace MLNet.ConvRec.Training.RankGrpo.Rollouts;

/// <summary>Samples lists from the policy and judges them.</summary>
internal sealed class RolloutSampler(ListFactory lists, TitleMatcher matcher, RankGrpoOptions options, ulong seed)
{
    private readonly IRolloutSource _source = IRolloutSource.Of(lists, options);

    /// <summary>The algorithm, which knows what of a group is compared.</summary>
    public PolicyObjective Objective { get; init; } = PolicyObjective.RankGrpo;

    /// <summary>Samples G lists for each dialogue.</summary>
    /// <param name="network">The policy as it stands.</param>
    /// <param name="prompts">The dialogues of this step.</param>
    /// <param name="step">Distinguishes the draws of one step from those of another.</param>
    /// <exception cref="NotFiniteException">The policy gives no probabilities.</exception>
    public RolloutBatch Sample(Transformer network, IReadOnlyList<RolloutPrompt> prompts, int step)
    {
        var (length, group) = (lists.ListLength, options.GroupSize);
        var sampled = _source.Sample(network, prompts, CounterRandom.Bits(seed, (ulong)step));
        for (var i = 0; i < sampled.Length; i++)
            NotFiniteException.ThrowIfNotFinite("log-probability of a sampled list", sampled[i].LogProbabilities.Sum(), () => [prompts[i / group].Id]);
        var judged = sampled.Select((list, i) => lists.Judge(matcher, list, prompts[i / group])).ToArray();
        var rewards = judged.Chunk(group).Select(ofGroup => Array.ConvertAll(ofGroup, list => options.Reward.Of(list, length))).ToArray();
        return new RolloutBatch(prompts, sampled, Array.ConvertAll(judged, list => list.Hits), rewards, Objective.Advantages(rewards, options.AdvantageScaling));
    }
}
