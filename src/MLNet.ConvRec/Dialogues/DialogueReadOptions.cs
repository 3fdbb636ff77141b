namespace MLNet.ConvRec.Dialogues;

/// <summary>How dialogues are read.</summary>
public sealed record DialogueReadOptions
{
    /// <summary>Whether a malformed line is left out instead of stopping the reading. The default is <see langword="false"/>.</summary>
    public bool SkipInvalid { get; init; }

    /// <summary>Is told of each line that is left out, so that a caller can count and list them. The default is <see langword="null"/>: nobody is told.</summary>
    /// <remarks>Called on the thread that reads, and again on every pass over the file. Has no effect unless <see cref="SkipInvalid"/> is set.</remarks>
    public Action<InvalidLine>? OnInvalid { get; init; }
}
