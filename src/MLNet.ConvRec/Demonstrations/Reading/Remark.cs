using System.Collections.Frozen;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>Tells remarks from subtitles: what stands behind a title's colon or comma, or in its brackets.</summary>
internal static class Remark
{
    // Titles write their long words with capitals.
    private const int LongWord = 4;

    private static readonly FrozenSet<string> Openings = FrozenSet.Create(
        StringComparer.Ordinal, "dir", "directed", "director", "starring", "stars", "star", "featuring", "feat", "written", "by", "from",
        "aka");

    private static readonly FrozenSet<string> Kinds = FrozenSet.Create(
        StringComparer.Ordinal, "action", "adventure", "animation", "animated", "anime", "biography", "biographical", "biopic", "comedy",
        "comedies", "crime", "drama", "dramas", "documentary", "family", "kids", "children", "childrens", "fantasy", "history",
        "historical", "horror", "music", "musical", "mystery", "noir", "romance", "romantic", "rom", "com", "romcom", "sci", "fi", "scifi",
        "science", "fiction", "sport", "sports", "thriller", "thrillers", "suspense", "superhero", "war", "western", "classic", "dark",
        "black", "tv",
        "series", "miniseries", "remake", "reboot", "original", "sequel", "prequel", "film", "films", "movie", "movies", "short",
        "netflix", "hbo", "disney", "amazon", "upcoming", "trilogy", "franchise", "version", "and", "or");

    /// <summary>Tells whether a text speaks about a title rather than goes on with it: small letters, genres, people.</summary>
    public static bool Is(string text)
    {
        var words = TextWord.In(text);
        if (words.Count == 0 || Openings.Contains(words[0].Key) || IsKind(words))
            return true;
        var (small, large) = (0, 0);
        foreach (var word in words)
        {
            if (word.Key.Length < LongWord)
                continue;
            if (char.IsLower(text[word.Start]))
                small++;
            else
                large++;
        }

        return small + large == 0 ? char.IsLower(text[words[0].Start]) : small >= large;
    }

    /// <summary>Tells whether a text names people: <c>by Frank Herbert</c>, not the end of "Burnt by the Sun" or "Stand by Me".</summary>
    public static bool IsCredit(string text)
    {
        var names = TextWord.In(text).SkipWhile(word => Openings.Contains(word.Key)).Take(2).ToArray();
        return names.Length == 2 && names.All(word => char.IsUpper(text[word.Start]));
    }

    /// <summary>Tells whether a text only says what kind of film something is: <c>Sci-Fi/Horror</c>, <c>TV series</c>.</summary>
    public static bool IsKind(string text) => IsKind(TextWord.In(text));

    private static bool IsKind(IReadOnlyList<TextWord> words) => words.Count > 0 && words.All(word => Kinds.Contains(word.Key));
}
