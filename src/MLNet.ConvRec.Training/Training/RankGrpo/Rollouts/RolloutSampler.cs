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
    /// <summary>The algorithm, which knows what of a group is compared.</summary>
    public PolicyObjective Objective { get; init; } = PolicyObjective.RankGrpo;

    /// <summary>Samples G lists for each dialogue.</summary>
    /// <param name="network">The policy as it stands.</param>
    /// <param name="prompts">The dialogues of this step.</param>
    /// <param name="step">Distinguishes the draws of one step from those of another.</param>
    /// <exception cref="NotFiniteException">The policy gives no probabilities.</exception>
    public RolloutBatch Sample(Transformer network, IReadOnlyList<RolloutPrompt> prompts, int step)
    {
        var sampling = new Sampling(options.Temperature, CounterRandom.Bits(seed, (ulong)step)) { TopP = options.TopP };
        var (length, group) = (lists.ListLength, options.GroupSize);
        ListGroup[] groups = [.. prompts.Select(prompt => new ListGroup(prompt.Prompt, [.. Enumerable.Range(0, group).Select(g => Writer(prompt, g))]))];
        var sampled = ListGenerator.Generate(network, lists.Trie, groups, options.ConcurrentLists, options.CancellationToken);
        for (var i = 0; i < sampled.Length; i++)
            NotFiniteException.ThrowIfNotFinite("log-probability of a sampled list", sampled[i].LogProbabilities.Sum(), () => [prompts[i / group].Id]);
        var judged = sampled.Select((list, i) => lists.Judge(matcher, list, prompts[i / group])).ToArray();
        var rewards = judged.Chunk(group).Select(ofGroup => Array.ConvertAll(ofGroup, list => options.Reward.Of(list, length))).ToArray();
        return new RolloutBatch(prompts, sampled, Array.ConvertAll(judged, list => list.Hits), rewards, Objective.Advantages(rewards, options.AdvantageScaling));

        IListWriter Writer(RolloutPrompt prompt, int list) => options.IsCatalogConstrained
            ? lists.Constrained(prompt.Excluded, sampling, (prompt.Key, (ulong)list))
            : lists.Free(options.MaxListTokens, sampling, (prompt.Key, (ulong)list));
    }
}
