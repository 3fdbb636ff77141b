namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Writes one list: told the next token's logits, it chooses one or more tokens.</summary>
internal interface IListWriter
{
    /// <summary>Whether the list is complete; nothing more is asked of it then.</summary>
    bool IsFinished { get; }

    /// <summary>All tokens chosen so far.</summary>
    IReadOnlyList<int> Tokens { get; }

    /// <summary>Chooses the next token, and with it those that can only follow.</summary>
    /// <param name="logits">Logits of the next token, [V].</param>
    void Choose(ReadOnlySpan<float> logits);

    /// <summary>Returns the finished list.</summary>
    SampledList ToList();
}
