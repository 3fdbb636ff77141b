namespace MLNet.ConvRec.Demonstrations.Counts;

/// <summary>Which items are chosen after which words, counted over train: what "something scary" leads to here.</summary>
internal static class WordMention
{
    /// <summary>What one dialogue adds: each pair of a word and a true item.</summary>
    public static IEnumerable<CountEntry> Entries(LinkedDialogue dialogue)
    {
        foreach (var chosen in dialogue.Truth)
        {
            foreach (var word in dialogue.Words)
                yield return new CountEntry(word, chosen, 1);
        }
    }
}
