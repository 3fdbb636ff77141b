namespace MLNet.ConvRec.Policy;

/// <summary>Joins ranked lists by reciprocal rank (Cormack et al. 2009), with 10 in place of their 60: lists here are short.</summary>
internal static class ListJoin
{
    private const int Offset = 10;

    /// <summary>What standing at a rank is worth: 1/(10 + rank).</summary>
    /// <param name="rank">1, 2, ..</param>
    public static float Share(int rank) => 1f / (Offset + rank);

    /// <summary>Joins two lists; of equals the one that stands first in the first list comes first, then by the second.</summary>
    /// <param name="lines">Items by rank, each once.</param>
    /// <param name="first">Items by rank, each once.</param>
    /// <param name="length">How many to keep.</param>
    public static IReadOnlyList<(int Item, float Score)> Of(IReadOnlyList<int> lines, IReadOnlyList<int> first, int length)
    {
        var shares = new Dictionary<int, float>();
        foreach (var list in new[] { lines, first })
        {
            for (var k = 0; k < list.Count; k++)
                shares[list[k]] = shares.GetValueOrDefault(list[k]) + Share(k + 1);
        }

        return [.. lines.Concat(first).Distinct().Select(item => (item, shares[item])).OrderByDescending(item => item.Item2).Take(length)];
    }
}
