namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Writes one list: told the candidates' logits, it chooses one token, and with it those that can only follow.</summary>
internal interface IListWriter
{
    /// <summary>Whether the list is complete; nothing more is asked of it then.</summary>
    bool IsFinished { get; }

    /// <summary>All tokens chosen so far. They may begin before anything was asked, where the catalog leaves no choice.</summary>
    IReadOnlyList<int> Tokens { get; }

    /// <summary>The trie node whose children are the candidates of the next choice, or −1: any token is.</summary>
    int Node { get; }

    /// <summary>Chooses among the candidates.</summary>
    /// <param name="logits">Their logits: of the node's children in order, or of all V tokens; overwritten.</param>
    void Choose(Span<float> logits);

    /// <summary>Returns the finished list.</summary>
    SampledList ToList();
}
