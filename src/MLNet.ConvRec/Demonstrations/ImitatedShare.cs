using MLNet.ConvRec.Demonstrations.Counts;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Which of train's conversations are imitated; the others are met by reinforcement unseen (probes.md, D, shows why).</summary>
internal static class ImitatedShare
{
    /// <summary>Decides by seed and conversation alone, whatever else is in train.</summary>
    public static bool Contains(string conversation, DemonstrationOptions options) => Contains(conversation, options.Share, options.Seed);

    /// <summary>Whether a conversation of train is kept from all that demonstrations are made of.</summary>
    public static bool IsHeldOut(string conversation, DemonstrationOptions options) =>
        options.HeldOut > 0 && StableHash.Unit(options.Seed, conversation) >= 1 - options.HeldOut;

    /// <summary>The same for any share: a larger one contains a smaller.</summary>
    public static bool Contains(string conversation, double share, int seed) => StableHash.Unit(seed, conversation) < share;
}
