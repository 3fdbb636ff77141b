using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Lists that are drawn without replacement from the distribution of the first line: all of a group from one pass over its prompt.</summary>
internal static class FirstLineLists
{
    /// <summary>Returns a list as if it had been written: at each rank one decision, with the line's first token, among all that were left.</summary>
    /// <param name="trie">The catalog's lines.</param>
    /// <param name="drawn">Its items in the order in which they were drawn, and the log-probability of each line as a list's first.</param>
    public static SampledList Written(TokenTrie trie, RankedItems drawn)
    {
        var (tokens, ranks, decisions) = (new List<int>(), new List<int>(), new List<Decision>());
        var ofRanks = PlackettLuce.OfRanks(drawn.Scores.AsSpan());
        var logProbabilities = new List<float>();
        for (var place = 0; place < drawn.Items.Length; place++)
        {
            decisions.Add(new Decision(tokens.Count, Node: 0));
            foreach (var token in trie.WayTo(drawn.Items[place]).SelectMany(edge => trie.Tokens(edge).ToArray()))
            {
                tokens.Add(token);
                ranks.Add(place + 1);
                logProbabilities.Add(tokens.Count - 1 == decisions[^1].Position ? ofRanks[place] : 0);
            }
        }

        return new SampledList
        {
            Tokens = [.. tokens],
            Ranks = [.. ranks],
            LogProbabilities = [.. logProbabilities],
            Decisions = decisions,
            Items = drawn.Items,
            Scores = ofRanks,
        };
    }
}
