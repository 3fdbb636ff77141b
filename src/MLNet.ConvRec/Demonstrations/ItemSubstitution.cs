using System.Globalization;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>
/// Makes further contexts to imitate: real dialogues of the imitated share with their items exchanged for others, about which the teacher
/// is asked again.
/// </summary>
/// <remarks>
/// They cost no real choices: a copy has no ground truth, so that it is imitated and never reinforced. The new items of a copy are drawn as
/// people name
/// items together in train: the first by how often it is named, the next near the earlier ones or again by that. A copy keeps only the turns
/// that name an item, unless <see cref="DemonstrationOptions.AreAllTurnsCopied"/>: what goes with what is learned from them, and a shorter
/// prompt is learned from sooner.
/// </remarks>
public static class ItemSubstitution
{
    private const double PopularityExponent = 0.7;
    private const double NearShare = 0.6;

    /// <summary>Returns the dialogues followed by the copies.</summary>
    /// <param name="train">The dialogues of train.</param>
    /// <param name="catalog">The items.</param>
    /// <param name="options">The share, the number of copies (<see cref="DemonstrationOptions.Substitutions"/>), and the seed.</param>
    public static IReadOnlyList<Dialogue> Extend(IReadOnlyList<Dialogue> train, ItemCatalog catalog, DemonstrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Substitutions == 0)
            return train;
        LinkedDialogue[] linked = [.. train.Select(dialogue => LinkedDialogue.Of(dialogue, catalog, WordVocabulary.Empty))];
        var draw = new ItemDraw([.. linked.Where((_, i) => !ImitatedShare.IsHeldOut(train[i].ConversationId, options))], catalog.Count);
        var extended = train.ToList();
        for (var i = 0; i < train.Count; i++)
        {
            if (linked[i].Seen.Length == 0 || !ImitatedShare.Contains(train[i].ConversationId, options))
                continue;
            for (var copy = 1; copy <= options.Substitutions; copy++)
                extended.Add(Copy(train[i], linked[i].Seen, catalog, draw, options, copy));
        }

        return extended;
    }

    private static Dialogue Copy(Dialogue dialogue, int[] seen, ItemCatalog catalog, ItemDraw draw, DemonstrationOptions options, int copy)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{dialogue.Id}~{copy}");
        var drawn = draw.Items(seen.Length, StableHash.Generator(options.Seed, id));
        var exchanged = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < seen.Length; i++)
        {
            // A bare title of one word may be no title where it stands: "It", "Up".
            var (old, fresh) = (catalog.Items[seen[i]], catalog.Items[drawn[i]]);
            exchanged[ListLine.Format(old.Title, old.Year)] = ListLine.Format(fresh.Title, fresh.Year);
            if (old.Title.Contains(' ', StringComparison.Ordinal))
                exchanged.TryAdd(old.Title, fresh.Title);
        }

        // One pass, longest first, so that what was put in is not exchanged again.
        var titles = string.Join('|', exchanged.Keys.OrderByDescending(title => title.Length).Select(Regex.Escape));
        var regex = new Regex($@"(?<!\w)(?:{titles})(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        var turns = options.AreAllTurnsCopied ? [] : dialogue.Turns.Where(turn => regex.IsMatch(turn.Text)).ToArray();
        return new Dialogue
        {
            Id = id,
            Turns = [.. (turns.Length > 0 ? turns : dialogue.Turns).Select(
                turn => turn with { Text = regex.Replace(turn.Text, match => exchanged.GetValueOrDefault(match.Value, match.Value)) })],
            Seen = [.. drawn.Select(item => catalog.Items[item].Reference)],
        };
    }

    /// <summary>Draws items as train names them.</summary>
    private sealed class ItemDraw
    {
        private readonly double[] _cumulative;
        private readonly CountTable _together;

        public ItemDraw(IReadOnlyList<LinkedDialogue> train, int itemCount)
        {
            var named = new double[itemCount];
            foreach (var item in train.SelectMany(dialogue => dialogue.Seen.Concat(dialogue.Truth)))
                named[item]++;
            _cumulative = new double[itemCount];
            var total = 0.0;
            for (var item = 0; item < itemCount; item++)
                _cumulative[item] = total += Math.Pow(named[item], PopularityExponent);
            _together = CountTable.Build(itemCount, train.SelectMany(dialogue => CoMention.Entries(dialogue, sameSideWeight: 1)));
        }

        public int[] Items(int count, Random random)
        {
            var drawn = new List<int>(count);
            while (drawn.Count < count)
            {
                var isNear = drawn.Count > 0 && random.NextDouble() < NearShare;
                var item = isNear ? Near(drawn[random.Next(drawn.Count)], random) : ByPopularity(random);
                // In a small shop the same items come again and again; the dialogue itself named as many that differ, so one is left.
                while (drawn.Contains(item))
                    item = (item + 1) % _cumulative.Length;
                drawn.Add(item);
            }

            return [.. drawn];
        }

        private int Near(int item, Random random)
        {
            var target = random.NextDouble() * _together.Total(item);
            var counts = _together.Counts(item);
            for (var i = 0; i < counts.Length; i++)
            {
                target -= counts[i];
                if (target < 0)
                    return _together.Items(item)[i];
            }

            return ByPopularity(random);
        }

        private int ByPopularity(Random random)
        {
            var found = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
            var item = found >= 0 ? found + 1 : ~found;
            return Math.Min(item, _cumulative.Length - 1);
        }
    }
}
