namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Someone who is told the logits of what may follow at a place.</summary>
internal interface INodeChoice
{
    /// <summary>The trie node whose children are the candidates of the next choice, or −1: any token is.</summary>
    int Node { get; }

    /// <summary>Chooses among the candidates.</summary>
    /// <param name="logits">Their logits: of the node's children in order, or of all V tokens; overwritten.</param>
    void Choose(Span<float> logits);
}
