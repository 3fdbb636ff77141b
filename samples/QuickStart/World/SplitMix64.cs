namespace QuickStart.World;

/// <summary>The SplitMix64 generator: the same numbers on every machine and .NET, which <see cref="Random"/> does not promise.</summary>
/// <remarks>Draws are integers only, so that no platform's rounding can change one. Not safe for use from several threads.</remarks>
internal sealed class SplitMix64
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private ulong _state;

    private SplitMix64(ulong state) => _state = state;

    /// <summary>Starts the stream of numbers that belongs to these parts; streams of different parts are independent.</summary>
    /// <param name="parts">For example the seed, the number of the split, and the number of the seeker in it.</param>
    public static SplitMix64 Stream(params ReadOnlySpan<int> parts)
    {
        var state = 0UL;
        foreach (var part in parts)
            state = Mix(state + GoldenGamma + (uint)part);
        return new SplitMix64(state);
    }

    /// <summary>Returns the next 64 random bits.</summary>
    public ulong Next() => Mix(_state += GoldenGamma);

    /// <summary>Returns a number from 0 to <paramref name="bound"/> − 1, each equally likely within 2⁻⁶⁴.</summary>
    /// <param name="bound">How many numbers there are; at least 1.</param>
    public long Below(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (long)Math.BigMul(Next(), (ulong)bound, out _);
    }

    /// <summary>Returns true in this share of the calls.</summary>
    /// <param name="percent">From 0, never, to 100, always.</param>
    public bool Chance(int percent) => Below(100) < percent;

    /// <summary>Returns one of the choices, each equally likely.</summary>
    /// <param name="choices">At least one.</param>
    public T Pick<T>(IReadOnlyList<T> choices) => choices[(int)Below(choices.Count)];

    /// <summary>Returns an index, drawn in proportion to its weight.</summary>
    /// <param name="weights">At least one is above 0, none below.</param>
    public int Weighted(ReadOnlySpan<long> weights)
    {
        var total = 0L;
        foreach (var weight in weights)
            total += weight;
        var rest = Below(total);
        var index = 0;
        while (rest >= weights[index])
            rest -= weights[index++];
        return index;
    }

    /// <summary>Returns a number that is normal with mean 0 and variance 1, closely: a sum of twelve uniform ones.</summary>
    public double Normal()
    {
        var sum = 0L;
        for (var i = 0; i < 12; i++)
            sum += (long)(Next() >> 32);
        return (sum - (6L << 32)) / (double)(1L << 32);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
