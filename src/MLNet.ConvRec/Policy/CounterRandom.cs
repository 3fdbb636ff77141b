namespace MLNet.ConvRec.Policy;

/// <summary>
/// Random numbers without state: each is a function of a seed and of where it is used, so that order, threads and machines change
/// nothing.
/// </summary>
/// <remarks>A chain of SplitMix64's finaliser (Steele, Lea and Flood 2014) over the words of the key. Not for secrets.</remarks>
internal static class CounterRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>Returns 64 random bits for a key.</summary>
    public static ulong Bits(ulong seed, ulong a, ulong b = 0, ulong c = 0) => Next(Next(Next(Next(0, seed), a), b), c);

    /// <summary>Returns a number in [0, 1) for a key, in steps of 2⁻⁵³.</summary>
    public static double Uniform(ulong seed, ulong a, ulong b = 0, ulong c = 0) => (Bits(seed, a, b, c) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Returns a number of mean 0 and variance 1 for a key, normal but for its tails: it stays within ±6.</summary>
    /// <remarks>
    /// A sum of twelve uniforms of one key: exact arithmetic alone, where logarithm and cosine differ in the last bit between machines.
    /// </remarks>
    public static double Normal(ulong seed, ulong a, ulong b = 0)
    {
        var sum = 0L;
        for (var word = 0UL; word < 3; word++)
        {
            var bits = Bits(seed, a, b, word);
            sum += (long)((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48));
        }

        // Each uniform is (16 bits + 1/2) / 2^16, so that their mean is exactly 1/2.
        return ((sum + 6) / 65536.0) - 6;
    }

    private static ulong Next(ulong state, ulong word)
    {
        var value = (state ^ word) + GoldenGamma;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
