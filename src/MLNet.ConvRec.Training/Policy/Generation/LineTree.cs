using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.LogProbabilities;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>The lines that are likely after a prompt as one tree of tokens, with what is decided in it and how likely each way should be.</summary>
/// <remarks>
/// A line's probability is the product of what is decided on its way through the catalog's trie, so that the cross-entropy of a distribution of lines is the sum
/// over the places of decision of their mass times the cross-entropy there. What the lines share is run, and decided, once; a token after which nothing more
/// is decided is left out. Titles of one token need nothing but the prompt.
/// </remarks>
internal sealed record LineTree
{
    /// <summary>The tree where nothing is decided.</summary>
    public static LineTree Empty { get; } = new() { Tokens = [], Parents = [], Choices = [] };

    /// <summary>The tokens, each after its parent.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>The token before each token, as its index; −1: the prompt's last.</summary>
    public required int[] Parents { get; init; }

    /// <summary>What is decided.</summary>
    public required LineChoice[] Choices { get; init; }

    /// <summary>Returns the tree of a list's first line; <see langword="null"/> where the catalog leaves nothing to decide.</summary>
    /// <param name="trie">The catalog's lines.</param>
    /// <param name="excluded">Catalog indices of the items that the list may not hold.</param>
    /// <param name="targets">How likely the line should be each item, none of them excluded; adds up to 1.</param>
    public static LineTree? FirstLine(TokenTrie trie, IEnumerable<int> excluded, IEnumerable<(int Item, double Share)> targets)
    {
        var growth = new LineTreeGrowth(trie, excluded);
        growth.AddLine(targets);
        return growth.Tree;
    }

    /// <summary>Returns the tree of a whole list, written in the order of the items; <see langword="null"/> where the catalog leaves nothing to decide.</summary>
    /// <param name="trie">The catalog's lines.</param>
    /// <param name="excluded">Catalog indices of the items that the list may not hold.</param>
    /// <param name="items">The list, none of its items repeated or excluded.</param>
    /// <param name="shares">How likely each of the items that remain should be at a line, given how many are listed; each line counts as much as another.</param>
    public static LineTree? Lines(TokenTrie trie, IEnumerable<int> excluded, int[] items, Func<int, IEnumerable<double>> shares)
    {
        var growth = new LineTreeGrowth(trie, excluded) { Lines = items.Length };
        for (var listed = 0; listed < items.Length; listed++)
        {
            growth.AddLine(items[listed..].Zip(shares(listed)));
            growth.Write(items[listed]);
        }

        return growth.Tree;
    }
}

/// <summary>A place at which one of several tokens has to follow.</summary>
/// <param name="After">The index of the token after which it is decided; −1: the prompt's last.</param>
/// <param name="Allowed">The first tokens of the trie node's children; the trie's own memory.</param>
/// <param name="Blocked">Those of <paramref name="Allowed"/> below which the list may hold nothing.</param>
/// <param name="Targets">How likely the tokens should be, given that the place is reached; the shares add up to 1.</param>
/// <param name="Mass">How likely the place should be reached, above 0.</param>
internal sealed record LineChoice(int After, ArraySegment<int> Allowed, int[] Blocked, TokenShare[] Targets, float Mass);
