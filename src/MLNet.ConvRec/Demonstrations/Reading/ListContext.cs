namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>What is known of the dialogue that a list is for, to tell what its bare titles mean.</summary>
/// <param name="Seen">The items that the dialogue names.</param>
/// <param name="Ties">What train tells of a group of items, without the counts of the dialogue's own conversation.</param>
internal sealed record ListContext(IReadOnlyList<int> Seen, Func<IReadOnlyList<int>, ItemTies> Ties)
{
    /// <summary>Nothing known.</summary>
    public static ListContext None { get; } = new([], _ => ItemTies.None);
}
