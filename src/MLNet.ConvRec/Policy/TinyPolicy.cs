namespace MLNet.ConvRec.Policy;

/// <summary>Shapes of policies small enough to be trained from scratch on a CPU.</summary>
public static class TinyPolicy
{
    /// <summary>A shape for a world of a few hundred items: about 0.3 million weights with 1,000 tokens.</summary>
    /// <param name="vocabularySize">Number of token ids (<see cref="PolicyTokenizer.VocabularySize"/>).</param>
    /// <param name="endOfTurn">Id of the token that ends a turn (<see cref="PolicyTokenizer.EndOfTurn"/>).</param>
    public static PolicyConfig World(int vocabularySize, int endOfTurn) => new()
    {
        HiddenSize = 96,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        IntermediateSize = 256,
        VocabularySize = vocabularySize,
        EndOfTurnTokenId = endOfTurn,
    };

    /// <summary>A shape for real dialogues on a few thousand items: about 2 million weights with 12,288 tokens.</summary>
    /// <param name="vocabularySize">Number of token ids (<see cref="PolicyTokenizer.VocabularySize"/>).</param>
    /// <param name="endOfTurn">Id of the token that ends a turn (<see cref="PolicyTokenizer.EndOfTurn"/>).</param>
    public static PolicyConfig Real(int vocabularySize, int endOfTurn) => new()
    {
        HiddenSize = 128,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        IntermediateSize = 256,
        VocabularySize = vocabularySize,
        EndOfTurnTokenId = endOfTurn,
    };
}
