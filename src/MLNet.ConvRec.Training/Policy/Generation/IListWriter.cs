namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Writes one list: told the candidates' logits, it chooses one token, and with it those that can only follow.</summary>
internal interface IListWriter : INodeChoice
{
    /// <summary>Whether the list is complete; nothing more is asked of it then.</summary>
    bool IsFinished { get; }

    /// <summary>All tokens chosen so far. They may begin before anything was asked, where the catalog leaves no choice.</summary>
    IReadOnlyList<int> Tokens { get; }

    /// <summary>Returns the finished list.</summary>
    SampledList ToList();
}
