using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Evaluation.Metrics;

/// <summary>Looks at one list: its hits by the protocol, and the quality of its lines as they were written.</summary>
internal sealed class ListEvaluation(ItemCatalog catalog, EvaluationOptions options)
{
    private readonly TitleMatcher _matcher = new(catalog);

    /// <summary>Tells which lines hit. Under <see cref="EvaluationProtocol.PaperFiltered"/> the flags are of the lines kept.</summary>
    public bool[] Hits(IReadOnlyList<ItemReference?> lines, IReadOnlyList<ItemReference> seen, IReadOnlyList<ItemReference> groundTruth) =>
        _matcher.Hits(Ranked(lines, seen), seen, groundTruth);

    /// <summary>The lines whose places count as ranks by the protocol.</summary>
    public IReadOnlyList<ItemReference?> Ranked(IReadOnlyList<ItemReference?> lines, IReadOnlyList<ItemReference> seen) =>
        options.Protocol == EvaluationProtocol.PaperFiltered ? Filtered(lines, seen) : lines;

    /// <summary>Returns the catalog index of each line, −1 for a line that is not in the catalog.</summary>
    public int[] Indices(IReadOnlyList<ItemReference?> lines) => [.. lines.Select(line => line is null ? -1 : catalog.IndexOf(line))];

    /// <summary>Counts the lines whose (title, year) stood earlier, in the catalog or not.</summary>
    public static int Repeats(IReadOnlyList<ItemReference?> lines)
    {
        var earlier = new HashSet<ItemKey>();
        return lines.Count(line => line is not null && !earlier.Add(ItemKey.Of(line)));
    }

    private List<ItemReference?> Filtered(IReadOnlyList<ItemReference?> lines, IReadOnlyList<ItemReference> seen)
    {
        var titles = seen.Select(item => ItemKey.Of(item).Title).ToHashSet(StringComparer.Ordinal);
        return [.. lines.Where(line => line is not null && catalog.IndexOf(line) >= 0 && !titles.Contains(ItemKey.Of(line).Title))];
    }
}
