namespace MLNet.ConvRec.Policy;

/// <summary>How a policy's list is written down, always along the catalog's own lines, without repeats.</summary>
public enum ListDecoding
{
    /// <summary>Greedily, line by line, each given those before it (the paper's).</summary>
    Lines,

    /// <summary>
    /// The catalog ranked by the probability of the first line, walked along the trie: one pass over the prompt and a few over the trie.
    /// </summary>
    First,

    /// <summary>Both lists, joined by reciprocal rank: an item's score is the sum of 1/(10 + rank) over the lists that hold it.</summary>
    Joined,
}
