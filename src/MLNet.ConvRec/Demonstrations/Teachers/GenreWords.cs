using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Teachers;

/// <summary>Hears in free text which genres are meant: "comedies", "sci fi", "something scary".</summary>
internal sealed class GenreWords
{
    private static readonly char[] Dividers = [' ', ',', '.', '!', '?', ';', ':', '/', '(', ')'];

    // What people say instead of a genre's name.
    private static readonly Dictionary<string, string> Sayings = new(StringComparer.Ordinal)
    {
        ["scary"] = "horror",
        ["spooky"] = "horror",
        ["funny"] = "comedy",
        ["hilarious"] = "comedy",
        ["laugh"] = "comedy",
        ["kids"] = "children",
        ["family"] = "children",
        ["cartoon"] = "animation",
        ["cartoons"] = "animation",
        ["disney"] = "animation",
        ["pixar"] = "animation",
        ["space"] = "scifi",
        ["superhero"] = "action",
        ["marvel"] = "action",
        ["suspense"] = "thriller",
        ["suspenseful"] = "thriller",
        ["love"] = "romance",
        ["musicals"] = "musical",
        ["detective"] = "mystery",
        ["historical"] = "war",
    };

    private readonly string[] _stems;

    /// <summary>Learns the genres' names from items.</summary>
    public GenreWords(IEnumerable<CatalogItem> items)
    {
        string[] genres = [.. items.SelectMany(item => item.Genres).Distinct(StringComparer.Ordinal)];
        Genres = genres.Index().ToDictionary(genre => genre.Item, genre => genre.Index, StringComparer.Ordinal);
        _stems = Array.ConvertAll(genres, genre => Stem(Key(genre)));
    }

    /// <summary>The genres' numbers by name.</summary>
    public IReadOnlyDictionary<string, int> Genres { get; }

    /// <summary>Returns the numbers of the genres that the seeker's turns name.</summary>
    public IEnumerable<int> In(Dialogue dialogue)
    {
        var said = dialogue.Turns.Where(turn => turn.Role == Role.User).SelectMany(turn => turn.Text.Split(Dividers));
        var words = said.Select(Key).ToArray();
        var spoken = words.Concat(words.Zip(words.Skip(1), (first, second) => first + second)).ToHashSet(StringComparer.Ordinal);
        spoken.UnionWith(words.Where(Sayings.ContainsKey).Select(word => Sayings[word]).ToArray());
        return Enumerable.Range(0, _stems.Length)
            .Where(genre => spoken.Any(word => word.StartsWith(_stems[genre], StringComparison.Ordinal)));
    }

    // Letters and digits alone, so that Sci-Fi, sci fi and SciFi are one.
    private static string Key(string text) => string.Concat(TitleNormalization.Normalize(text).Where(char.IsLetterOrDigit));

    // "comed" begins comedy, comedies and comedic.
    private static string Stem(string key) => key.Length > 5 ? key[..Math.Max(5, key.Length * 7 / 10)] : key;
}
