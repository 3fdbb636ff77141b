using MLNet.ConvRec.Demonstrations.Counts;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>The weights fitted to all of train, and for each part of train those fitted to the rest.</summary>
internal sealed class TrainFolds(
    DemonstrationModel model, IReadOnlyList<DemonstrationModel> withoutFold, IReadOnlySet<string> conversations, int seed)
{
    /// <summary>The weights fitted to all of train.</summary>
    public DemonstrationModel Model => model;

    /// <summary>Whether a conversation is one of train's.</summary>
    public bool Contains(string conversation) => conversations.Contains(conversation);

    /// <summary>The weights to score a conversation with: for one of train, those that were fitted without it.</summary>
    public DemonstrationModel ModelFor(string conversation) =>
        Contains(conversation) ? withoutFold[FoldOf(conversation, withoutFold.Count, seed)] : model;

    /// <summary>The part of train that a conversation belongs to.</summary>
    public static int FoldOf(string conversation, int folds, int seed) =>
        (int)(StableHash.Of(unchecked(seed + 1), conversation) % (ulong)folds);
}
