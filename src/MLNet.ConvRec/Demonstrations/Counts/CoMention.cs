namespace MLNet.ConvRec.Demonstrations.Counts;

/// <summary>Which items people name together, counted over train: the item-item similarity that knows this shop.</summary>
internal static class CoMention
{
    /// <summary>
    /// What one dialogue adds: each pair of a seen and a true item, both ways, and more lightly each pair of seen or of true items.
    /// </summary>
    /// <param name="dialogue">A dialogue of train; one without a true item adds nothing, since it may be made up.</param>
    /// <param name="sameSideWeight">What a pair of two seen or of two true items counts, beside 1 for a seen and a true one.</param>
    public static IEnumerable<CountEntry> Entries(LinkedDialogue dialogue, double sameSideWeight)
    {
        foreach (var chosen in dialogue.Truth)
        {
            foreach (var seen in dialogue.Seen)
            {
                yield return new CountEntry(seen, chosen, 1);
                yield return new CountEntry(chosen, seen, 1);
            }
        }

        if (sameSideWeight == 0 || dialogue.Truth.Length == 0)
            yield break;
        foreach (var side in (int[][])[dialogue.Seen, dialogue.Truth])
        {
            foreach (var first in side)
            {
                foreach (var second in side)
                {
                    if (first != second)
                        yield return new CountEntry(first, second, sameSideWeight);
                }
            }
        }
    }
}
