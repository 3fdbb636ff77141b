using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Remap;

namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>Links the names that a model found in a dialogue to the catalog, on two levels: characters and words.</summary>
/// <remarks>
/// A name that is a title of the catalog is linked. Another is linked where the title nearest by characters is also the nearest by words,
/// near enough and of about the year; otherwise it stays open with the nearest of both as candidates, for the model to say. Safe for use
/// from several threads.
/// </remarks>
internal sealed class MentionLinker(ItemCatalog catalog, CatalogLines lines)
{
    private const int CandidatesOfLevel = 3;

    // Above are typing errors and a missing article, below other titles that begin alike.
    private const double LeastByCharacters = 0.6;
    private const double LeastByWords = 0.5;

    private readonly NgramIndex _characters = new([.. catalog.Items.Select(item => item.Title)]);
    private readonly TitleWords _words = new(catalog);

    /// <summary>Links a name.</summary>
    public ItemMention Link(NamedAttitude named)
    {
        var read = lines.Read(named.Name);
        var shown = read is null ? named.Name : ListLine.Format(read.Name, read.Year);
        if (read?.Item is { } known)
            return new ItemMention(shown, named.Attitude, known, [known]);
        var name = read?.Name ?? named.Name;
        var byCharacters = Best(_characters.Nearest(name, CandidatesOfLevel));
        var byWords = Best(_words.Similarities(name));
        if (byCharacters is [(var nearest, >= LeastByCharacters), ..]
            && byWords is [(var same, >= LeastByWords), ..]
            && nearest == same
            && IsAbout(nearest, read?.Year))
        {
            return new ItemMention(shown, named.Attitude, nearest, [nearest]);
        }

        int[] candidates = [.. byCharacters.Concat(byWords).Select(level => level.Item).Distinct()];
        return new ItemMention(shown, named.Attitude, null, candidates);
    }

    /// <summary>Takes the model's own word for what names mean, as far as it names items of the catalog.</summary>
    /// <param name="mentions">The names as they were linked.</param>
    /// <param name="corrections">
    /// By index what a name means, <see langword="null"/> for nothing in the catalog; <see langword="null"/> if nothing could be read.
    /// </param>
    /// <returns>The items that are meant, each once.</returns>
    public IReadOnlyList<ItemAttitude> Correct(
        IReadOnlyList<ItemMention> mentions, IReadOnlyDictionary<int, string?>? corrections)
    {
        List<ItemAttitude> corrected = [];
        for (var i = 0; i < mentions.Count; i++)
        {
            var meant = default(string);
            var isCorrected = corrections?.TryGetValue(i, out meant) == true;
            var item = !isCorrected ? mentions[i].Item : meant is null ? null : lines.Read(meant)?.Item ?? mentions[i].Item;
            if (item is { } known)
                corrected.Add(new ItemAttitude(known, mentions[i].Attitude));
        }

        return [.. corrected.DistinctBy(mention => mention.Item)];
    }

    private bool IsAbout(int item, int? year) => year is null
        || catalog.Items[item].Year is not { } known
        || Math.Abs(known - year.Value) <= TitleMatcher.YearTolerance;

    private static (int Item, double Score)[] Best(SparseScores scores) =>
    [
        .. Enumerable.Range(0, scores.Count)
            .Select(i => (Item: scores.Items[i], Score: scores.Values[i]))
            .OrderByDescending(near => near.Score)
            .ThenBy(near => near.Item)
            .Take(CandidatesOfLevel),
    ];
}
