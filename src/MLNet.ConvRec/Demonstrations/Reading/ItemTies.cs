using MLNet.ConvRec.Demonstrations.Counts;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>What ties items to a group of others.</summary>
/// <param name="NamedTogether">How often train names them together, as evidence: log(1 + share / floor).</param>
/// <param name="NearestText">How alike their texts are to the most similar one of the group, by item.</param>
/// <param name="Own">How often the conversation that the group is of was itself counted to name an item.</param>
internal sealed record ItemTies(SparseScores NamedTogether, IReadOnlyDictionary<int, double> NearestText, IReadOnlyDictionary<int, int> Own)
{
    /// <summary>Nothing known.</summary>
    public static ItemTies None { get; } = new(SparseScores.Empty, new Dictionary<int, double>(), new Dictionary<int, int>());

    /// <summary>The evidence that train names an item together with the group.</summary>
    public double Together(int item) => Array.IndexOf(NamedTogether.Items, item) is var i and >= 0 ? NamedTogether.Values[i] : 0;

    /// <summary>How alike the texts of an item and of its nearest in the group are.</summary>
    public double Alike(int item) => NearestText.GetValueOrDefault(item);

    /// <summary>How often the group's own conversation names an item.</summary>
    public int OwnMentions(int item) => Own.GetValueOrDefault(item);
}
