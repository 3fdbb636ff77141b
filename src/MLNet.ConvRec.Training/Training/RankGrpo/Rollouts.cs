using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>A dialogue ready for rollouts.</summary>
/// <param name="Prompt">Its prompt in tokens.</param>
/// <param name="Seen">Titles that can't hit.</param>
/// <param name="Excluded">Catalog indices that a constrained list may not hold.</param>
/// <param name="GroundTruth">The true items.</param>
internal sealed record RolloutPrompt(int[] Prompt, IReadOnlyList<ItemReference> Seen, IReadOnlyList<int> Excluded, IReadOnlyList<ItemReference> GroundTruth);

/// <summary>A batch of groups of lists, with what each rank earned.</summary>
/// <param name="Prompts">The dialogues, one a group.</param>
/// <param name="Lists">G lists a group, in the groups' order.</param>
/// <param name="Rewards">[groups][samples][ranks].</param>
/// <param name="Advantages">[groups][samples][ranks].</param>
/// <param name="Recall">Mean over lists of hits over true items.</param>
internal sealed record Rollouts(IReadOnlyList<RolloutPrompt> Prompts, SampledList[] Lists, double[][][] Rewards, double[][][] Advantages, double Recall);

/// <summary>Samples lists from the policy and judges them.</summary>
internal sealed class RolloutSampler(ListFactory lists, TitleMatcher matcher, RankGrpoOptions options, ulong seed)
{
    /// <summary>Samples G lists for each dialogue.</summary>
    /// <param name="network">The policy as it stands.</param>
    /// <param name="prompts">The dialogues of this step.</param>
    /// <param name="step">Distinguishes the draws of one step from those of another.</param>
    public Rollouts Sample(Transformer network, IReadOnlyList<RolloutPrompt> prompts, int step)
    {
        var sampling = new Sampling(options.Temperature, seed);
        var (length, group) = (lists.ListLength, options.GroupSize);
        var writers = new List<IListWriter>(prompts.Count * group);
        for (var p = 0; p < prompts.Count; p++)
        {
            for (var g = 0; g < group; g++)
            {
                var key = (((ulong)step << 32) | (uint)p, (ulong)g);
                writers.Add(options.IsCatalogConstrained ? lists.Constrained(prompts[p].Excluded, sampling, key) : lists.Free(options.MaxListTokens, sampling, key));
            }
        }

        var maxTokens = options.IsCatalogConstrained ? lists.MaxTokens : options.MaxListTokens;
        var sampled = ListGenerator.Generate(network, [.. prompts.Select(p => p.Prompt)], writers, maxTokens, options.CancellationToken);
        var hits = sampled.Select((list, i) => lists.Hits(matcher, list, prompts[i / group])).ToArray();
        var rewards = hits.Chunk(group).Select(ofGroup => Array.ConvertAll(ofGroup, list => options.Reward.Of(list, length))).ToArray();
        var recall = hits.Select((list, i) => (double)list.Count(hit => hit) / prompts[i / group].GroundTruth.Count).Average();
        return new Rollouts(prompts, sampled, rewards, RankAdvantage.Of(rewards, AdvantageScaling.Group), recall);
    }
}

/// <summary>Makes list writers of one catalog and prompt.</summary>
internal sealed class ListFactory(ItemCatalog catalog, ChatPrompt prompt)
{
    public ItemCatalog Catalog => catalog;

    /// <summary>N.</summary>
    public int ListLength => Math.Min(prompt.Options.ListLength, catalog.Count);

    public TokenTrie Trie { get; } = TokenTrie.Build([.. catalog.Items.Select(item => prompt.EncodeLine(item.Title, item.Year))]);

    /// <summary>The most tokens that a constrained list can have.</summary>
    public int MaxTokens => ListLength * catalog.Items.Max(item => prompt.EncodeLine(item.Title, item.Year).Length);

    public IListWriter Constrained(IReadOnlyList<int> excluded, Sampling sampling, (ulong, ulong) key) =>
        new CatalogListWriter(Trie, excluded, ListLength, sampling, key);

    public IListWriter Free(int maxTokens, Sampling sampling, (ulong, ulong) key) =>
        new FreeListWriter(catalog, prompt, ListLength, maxTokens, sampling, key);

    /// <summary>Prepares a dialogue; what it has seen is found in its text where it isn't given.</summary>
    public RolloutPrompt Prepare(Dialogue dialogue)
    {
        var seen = SeenItems.Of(dialogue, catalog);
        return new RolloutPrompt(prompt.Encode(dialogue), seen, catalog.IndicesOf(seen), dialogue.GroundTruth);
    }

    /// <summary>Asks the one matcher which lines hit.</summary>
    public bool[] Hits(TitleMatcher matcher, SampledList list, RolloutPrompt dialogue) =>
        matcher.Hits([.. list.Items.Select(item => item < 0 ? null : catalog.Items[item].Reference)], dialogue.Seen, dialogue.GroundTruth);
}
