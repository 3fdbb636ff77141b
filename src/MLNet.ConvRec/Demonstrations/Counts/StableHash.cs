namespace MLNet.ConvRec.Demonstrations.Counts;

/// <summary>A hash of text that is the same in every process, for choices "by seed" that don't depend on order.</summary>
internal static class StableHash
{
    /// <summary>Hashes a text under a seed: FNV-1a over its UTF-16 units, then the finaliser of SplitMix64.</summary>
    public static ulong Of(int seed, string text)
    {
        var hash = 14695981039346656037UL ^ (uint)seed;
        foreach (var unit in text)
            hash = (hash ^ unit) * 1099511628211UL;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }

    /// <summary>Returns a number in [0, 1).</summary>
    public static double Unit(int seed, string text) => (Of(seed, text) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Returns a generator that depends on seed and text alone.</summary>
    public static Random Generator(int seed, string text) => new(unchecked((int)Of(seed, text)));
}
