namespace MLNet.ConvRec.Policy.Generation;

/// <summary>A list as the policy wrote it, token by token.</summary>
internal sealed record SampledList
{
    /// <summary>The tokens after the prompt, forced ones included.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>The rank 1..N that each token belongs to; its line with the line break that ends it. 0: of no rank.</summary>
    public required int[] Ranks { get; init; }

    /// <summary>Each token's log-probability under the distribution that sampled it; 0 for a forced one.</summary>
    public required float[] LogProbabilities { get; init; }

    /// <summary>The tokens that were chosen among several, in order.</summary>
    public required IReadOnlyList<Decision> Decisions { get; init; }

    /// <summary>Whether the length limit cut the list off before the turn's end.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The catalog index of each line, by rank; −1 for a line that is not in the catalog.</summary>
    public required int[] Items { get; init; }

    /// <summary>The sum of the log-probabilities of each line's tokens, by rank.</summary>
    public required float[] Scores { get; init; }
}

/// <summary>A token that was chosen among several.</summary>
/// <param name="Position">Its place in <see cref="SampledList.Tokens"/>.</param>
/// <param name="Node">The trie node whose children were allowed, or −1 where the whole vocabulary was.</param>
internal readonly record struct Decision(int Position, int Node)
{
    /// <summary>First tokens of children that were not allowed since everything below them was taken; usually empty.</summary>
    public int[] Blocked { get; init; } = [];

    /// <summary>The tokens that top-p kept of those allowed; <see langword="null"/>: all.</summary>
    public int[]? Kept { get; init; }
}
