using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>Chooses among the items of a bare title: what most people mean by it, and what suits the items around it.</summary>
/// <remarks>
/// score = log(3 + mentions) + together + 8 · alike: how often train names the item, the evidence that it names it with the items around,
/// and how alike its text is to the nearest of theirs (<see cref="ItemTies"/>). Weights were chosen on ReDial's train, each conversation
/// without its own counts; nearness in years was tried and only did harm. Where nothing is around, popularity decides, then the newest
/// year. Safe for use from several threads.
/// </remarks>
internal sealed class YearChoice(ItemCatalog catalog, IReadOnlyList<double> popularity)
{
    private const double TogetherWeight = 1;
    private const double AlikeWeight = 8;

    /// <summary>Chooses each line's item.</summary>
    /// <param name="lines">The lines; those without doubt tell about the others.</param>
    /// <param name="context">The dialogue.</param>
    /// <returns>An item per line; <see langword="null"/> for a name from outside.</returns>
    public int?[] Choose(IReadOnlyList<LineReading> lines, ListContext context)
    {
        var chosen = lines.Select(line => line.Items.Count == 1 ? line.Items[0] : (int?)null).ToArray();
        if (lines.All(line => line.Items.Count < 2))
            return chosen;
        var score = Score([.. context.Seen.Concat(chosen.OfType<int>()).Distinct()], context);
        for (var i = 0; i < chosen.Length; i++)
        {
            if (lines[i].Items.Count > 1)
                chosen[i] = lines[i].Items.OrderByDescending(score).ThenByDescending(item => catalog.Items[item].Year ?? 0).First();
        }

        return chosen;
    }

    private Func<int, double> Score(int[] around, ListContext context)
    {
        var ties = context.Ties(around);
        return item => Math.Log(3 + Math.Max(0, popularity[item] - ties.OwnMentions(item)))
            + (TogetherWeight * ties.Together(item))
            + (AlikeWeight * ties.Alike(item));
    }
}
