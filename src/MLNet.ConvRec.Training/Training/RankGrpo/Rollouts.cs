using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;

namespace MLNet.ConvRec.Training.RankGrpo;

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

/// <summary>A batch of groups of lists, with what each rank earned.</summary>
/// <param name="Prompts">The dialogues, one a group.</param>
/// <param name="Lists">G lists a group, in the groups' order.</param>
/// <param name="Hits">Which lines of each list hit, [lists][lines].</param>
/// <param name="Rewards">[groups][samples][ranks].</param>
/// <param name="Advantages">[groups][samples][ranks], or [groups][samples][1] where a list is rewarded as a whole.</param>
internal sealed record Rollouts(IReadOnlyList<RolloutPrompt> Prompts, SampledList[] Lists, IReadOnlyList<bool>[] Hits, double[][][] Rewards, double[][][] Advantages)
{
    /// <summary>G.</summary>
    public int GroupSize => Lists.Length / Prompts.Count;

    /// <summary>Mean over lists of hits over true items.</summary>
    public double Recall => Hits.Select((hits, i) => (double)hits.Count(hit => hit) / Prompts[i / GroupSize].GroundTruth.Count).Average();

    /// <summary>Mean of −log p of the tokens that were chosen among several, in nats: an estimate of the entropy of what they were drawn from.</summary>
    public double Entropy => Lists.SelectMany(list => list.Decisions.Select(decision => -(double)list.LogProbabilities[decision.Position])).DefaultIfEmpty(0).Average();
}

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
    public Rollouts Sample(Transformer network, IReadOnlyList<RolloutPrompt> prompts, int step)
    {
        var sampling = new Sampling(options.Temperature, CounterRandom.Bits(seed, (ulong)step)) { TopP = options.TopP };
        var (length, group) = (lists.ListLength, options.GroupSize);
        ListGroup[] groups = [.. prompts.Select(prompt => new ListGroup(prompt.Prompt, [.. Enumerable.Range(0, group).Select(g => Writer(prompt, g))]))];
        var sampled = ListGenerator.Generate(network, lists.Trie, groups, options.ConcurrentLists, options.CancellationToken);
        for (var i = 0; i < sampled.Length; i++)
            NotFiniteException.ThrowIfNotFinite("log-probability of a sampled list", sampled[i].LogProbabilities.Sum(), () => [prompts[i / group].Id]);
        var judged = sampled.Select((list, i) => lists.Judge(matcher, list, prompts[i / group])).ToArray();
        var rewards = judged.Chunk(group).Select(ofGroup => Array.ConvertAll(ofGroup, list => options.Reward.Of(list, length))).ToArray();
        return new Rollouts(prompts, sampled, Array.ConvertAll(judged, list => list.Hits), rewards, Objective.Advantages(rewards, options.AdvantageScaling));

        IListWriter Writer(RolloutPrompt prompt, int list) => options.IsCatalogConstrained
            ? lists.Constrained(prompt.Excluded, sampling, (prompt.Key, (ulong)list))
            : lists.Free(options.MaxListTokens, sampling, (prompt.Key, (ulong)list));
    }
}

/// <summary>Makes list writers of one catalog and prompt.</summary>
internal sealed class ListFactory(ItemCatalog catalog, ChatPrompt prompt)
{
    private readonly RankSegments _segments = new(prompt.Tokenizer);

    public ItemCatalog Catalog => catalog;

    /// <summary>N.</summary>
    public int ListLength => Math.Min(prompt.Options.ListLength, catalog.Count);

    public TokenTrie Trie { get; } = TokenTrie.Build([.. catalog.Items.Select(item => prompt.EncodeLine(item.Title, item.Year))]);

    public IListWriter Constrained(IReadOnlyList<int> excluded, Sampling sampling, (ulong, ulong) key) =>
        new CatalogListWriter(Trie, excluded, ListLength, sampling, key);

    public IListWriter Free(int maxTokens, Sampling sampling, (ulong, ulong) key) =>
        new FreeListWriter(catalog, _segments, prompt.Tokenizer.EndOfTurn, ListLength, maxTokens, sampling, key);

    /// <summary>Prepares a dialogue; what it has seen is found in its text where it isn't given.</summary>
    public RolloutPrompt Prepare(Dialogue dialogue)
    {
        var seen = SeenItems.Of(dialogue, catalog);
        return new RolloutPrompt(dialogue.Id, prompt.Encode(dialogue), seen, catalog.IndicesOf(seen), dialogue.GroundTruth);
    }

    /// <summary>Tokens as text, control tokens too.</summary>
    public string Text(IEnumerable<int> tokens) => prompt.Tokenizer.Decode(tokens);

    /// <summary>Asks the one matcher which lines hit.</summary>
    public bool[] Hits(TitleMatcher matcher, SampledList list, RolloutPrompt dialogue) => matcher.Hits(Listed(list), dialogue.Seen, dialogue.GroundTruth);

    /// <summary>Asks the one matcher which lines hit, and which could have: those that hit where every listed item is a true one.</summary>
    public JudgedList Judge(TitleMatcher matcher, SampledList list, RolloutPrompt dialogue)
    {
        var listed = Listed(list);
        var canHit = matcher.Hits(listed, dialogue.Seen, listed.OfType<ItemReference>());
        return new JudgedList
        {
            Hits = matcher.Hits(listed, dialogue.Seen, dialogue.GroundTruth),
            Items = [.. list.Items.Select((item, index) => canHit[index] ? item : -1)],
        };
    }

    private ItemReference?[] Listed(SampledList list) => Array.ConvertAll(list.Items, item => item < 0 ? null : catalog.Items[item].Reference);
}
