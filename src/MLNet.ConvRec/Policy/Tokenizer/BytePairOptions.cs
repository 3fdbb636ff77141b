namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>How large a vocabulary <see cref="BytePairTrainer"/> learns.</summary>
internal sealed record BytePairOptions
{
    /// <summary>
    /// The most token ids, the 256 bytes and the control tokens among them. The default is 8192; a small corpus gives fewer.
    /// </summary>
    public int VocabularySize { get; init; } = 8192;

    /// <summary>How often a pair must stand in the texts to become a token. The default is 2.</summary>
    public int MinimumFrequency { get; init; } = 2;

    public void Validate()
    {
        var least = 256 + BytePairTrainer.ControlTokens.Count;
        if (VocabularySize < least)
            throw new ArgumentException($"BytePairOptions.VocabularySize is {VocabularySize}; bytes and control tokens take {least}.");
        if (MinimumFrequency < 1)
            throw new ArgumentException($"BytePairOptions.MinimumFrequency is {MinimumFrequency}; it must be positive.");
    }
}
