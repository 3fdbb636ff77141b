using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Training.RankGrpo.Rollouts;

/// <summary>Makes list writers of one catalog and prompt.</summary>
internal sealed class ListFactory(ItemCatalog catalog, ChatPrompt prompt)
{
    private readonly RankSegments _segments = new(prompt.Tokenizer);

    public ItemCatalog Catalog => catalog;

    /// <summary>N.</summary>
    public int ListLength => Math.Min(prompt.Options.ListLength, catalog.Count);

    public TokenTrie Trie { get; } = prompt.TrieOf(catalog);

    public IListWriter Constrained(IReadOnlyList<int> excluded, Sampling sampling, (ulong, ulong) key) =>
        new CatalogListWriter(Trie, excluded, ListLength, sampling, key);

    public IListWriter Free(int maxTokens, Sampling sampling, (ulong, ulong) key) =>
        new FreeListWriter(catalog, _segments, prompt.Tokenizer.EndOfTurn, ListLength, maxTokens, sampling, key);

    /// <summary>Prepares a dialogue; what it has seen is found in its text where it isn't given, and what is no candidate of it is excluded.</summary>
    public RolloutPrompt Prepare(Dialogue dialogue)
    {
        var seen = SeenItems.Of(dialogue, catalog);
        return new RolloutPrompt(dialogue.Id, prompt.Encode(dialogue), seen, CandidateItems.Closed(dialogue, seen, catalog), dialogue.GroundTruth);
    }

    /// <summary>Tokens as text, control tokens too.</summary>
    public string Text(IEnumerable<int> tokens) => prompt.Tokenizer.Decode(tokens);

    /// <summary>Asks the one matcher which lines hit.</summary>
    public bool[] Hits(TitleMatcher matcher, int[] items, RolloutPrompt dialogue) => matcher.Hits(Listed(items), dialogue.Seen, dialogue.GroundTruth);

    /// <summary>Asks the one matcher which lines hit, and which could have: those that hit where every listed item is a true one.</summary>
    public JudgedList Judge(TitleMatcher matcher, SampledList list, RolloutPrompt dialogue)
    {
        var listed = Listed(list.Items);
        var canHit = matcher.Hits(listed, dialogue.Seen, listed.OfType<ItemReference>());
        return new JudgedList
        {
            Hits = matcher.Hits(listed, dialogue.Seen, dialogue.GroundTruth),
            Items = [.. list.Items.Select((item, index) => canHit[index] ? item : -1)],
        };
    }

    private ItemReference?[] Listed(int[] items) => Array.ConvertAll(items, item => item < 0 ? null : catalog.Items[item].Reference);
}
