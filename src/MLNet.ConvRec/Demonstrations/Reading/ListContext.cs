using MLNet.ConvRec.Demonstrations.Remap;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>What is known of the dialogue that a list is for, to tell what its bare titles mean.</summary>
/// <param name="Conversation">The dialogue's conversation, whose own counts are left out.</param>
/// <param name="Seen">The items that the dialogue names.</param>
/// <param name="Statistics">What train tells, or <see langword="null"/>.</param>
internal sealed record ListContext(string Conversation, IReadOnlyList<int> Seen, DialogueStatistics? Statistics)
{
    /// <summary>Nothing known.</summary>
    public static ListContext None { get; } = new("", [], null);
}
