using MLNet.ConvRec.Demonstrations.Adjust;

namespace MLNet.ConvRec.Policy.LogProbabilities;

/// <summary>A token whose log-probability is asked for, and what it was chosen among.</summary>
/// <param name="Row">The hidden state before it, as a row of those given.</param>
/// <param name="Token">The token; one of those allowed.</param>
/// <param name="Allowed">The tokens that could follow, ascending; the default: the whole vocabulary. Choices that share the memory are computed together.</param>
/// <param name="Blocked">Those of <paramref name="Allowed"/> that could not, after all; a few.</param>
internal readonly record struct TokenChoice(long Row, int Token, ArraySegment<int> Allowed, int[] Blocked)
{
    /// <summary>Tokens to ask for in place of <see cref="Token"/>, whose log-probabilities are averaged; their shares add up to 1. The default is none.</summary>
    public TokenShare[] Shares { get; init; } = [];
}

/// <summary>A token of several that are asked for at once.</summary>
/// <param name="Token">The token; one of those allowed and not blocked.</param>
/// <param name="Share">What its log-probability counts, above 0.</param>
internal readonly record struct TokenShare(int Token, float Share);
