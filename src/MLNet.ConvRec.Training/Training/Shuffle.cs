using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training;

/// <summary>Seeded orders, the same on every machine.</summary>
internal static class Shuffle
{
    /// <summary>Returns 0..count − 1 in the order that seed and stream determine (Fisher-Yates).</summary>
    public static int[] Order(int count, ulong seed, ulong stream)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)(CounterRandom.Uniform(seed, 0x5448, stream, (ulong)i) * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
