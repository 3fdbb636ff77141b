using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>Decides which lines of a list hit; the reward and every metric ask this one matcher (spec: "A hit").</summary>
/// <remarks>Safe for use from several threads.</remarks>
public sealed class TitleMatcher(ItemCatalog catalog)
{
    /// <summary>How far a listed year may be from the true one.</summary>
    public const int YearTolerance = 2;

    /// <summary>Tells for each line whether it hits. Ranks are kept: a bad line is a miss at its rank.</summary>
    /// <param name="listed">The list, by rank; <see langword="null"/> for a line that could not be read.</param>
    /// <param name="seen">Items already named in the dialogue; a line with the title of one never hits.</param>
    /// <param name="groundTruth">The true items; each is hit at most once.</param>
    /// <returns>One flag per line.</returns>
    public bool[] Hits(IReadOnlyList<ItemReference?> listed, IEnumerable<ItemReference> seen, IEnumerable<ItemReference> groundTruth) =>
        Array.ConvertAll(HitItems(listed, seen, groundTruth), item => item >= 0);

    /// <summary>Tells for each line the place of the true item that it hits; −1 for a miss.</summary>
    internal int[] HitItems(IReadOnlyList<ItemReference?> listed, IEnumerable<ItemReference> seen, IEnumerable<ItemReference> groundTruth)
    {
        ArgumentNullException.ThrowIfNull(listed);
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(groundTruth);
        var seenTitles = seen.Select(item => ItemKey.Of(item).Title).ToHashSet(StringComparer.Ordinal);
        var open = groundTruth.Select((item, place) => (Key: ItemKey.Of(item), Place: place)).ToList();
        var earlier = new HashSet<ItemKey>();
        var hits = new int[listed.Count];
        Array.Fill(hits, -1);
        for (var k = 0; k < listed.Count; k++)
        {
            if (listed[k] is not { } line || catalog.IndexOf(line) < 0)
                continue;
            var key = ItemKey.Of(line);
            if (!earlier.Add(key) || seenTitles.Contains(key.Title))
                continue;
            var nearest = Nearest(open, key);
            if (nearest < 0)
                continue;
            hits[k] = open[nearest].Place;
            open.RemoveAt(nearest);
        }

        return hits;
    }

    // The open true item of this title with the nearest year, at most YearTolerance away; the first of equals.
    private static int Nearest(List<(ItemKey Key, int Place)> open, ItemKey key)
    {
        var best = -1;
        var bestDistance = YearTolerance + 1;
        for (var i = 0; i < open.Count; i++)
        {
            if (open[i].Key.Title != key.Title || Distance(open[i].Key.Year, key.Year) is not { } distance || distance >= bestDistance)
                continue;
            best = i;
            bestDistance = distance;
        }

        return best;
    }

    private static int? Distance(int? a, int? b) => (a, b) switch
    {
        (null, null) => 0,
        ({ } x, { } y) => Math.Abs(x - y),
        _ => null,
    };
}
