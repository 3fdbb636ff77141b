using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>A title in the form in which differences of spelling vanish.</summary>
/// <param name="Words">
/// The words without case, accents and punctuation, <c>and</c> for an ampersand, an article at the end moved to the front, numbers in
/// digits without <c>part</c>, <c>chapter</c>, <c>volume</c> before them.
/// </param>
/// <param name="HasArticle">Whether the first word is an English article.</param>
internal sealed record LooseTitle(IReadOnlyList<string> Words, bool HasArticle)
{
    private const int LongestWord = 60;

    private static readonly FrozenSet<string> Articles = FrozenSet.Create(StringComparer.Ordinal, "the", "a", "an");

    // What catalogs put behind a comma: "Matrix, The", "Misérables, Les".
    private static readonly FrozenSet<string> MovedArticles = FrozenSet.Create(
        StringComparer.Ordinal, "the", "a", "an", "le", "la", "les", "l", "il", "lo", "el", "los", "las", "der", "die", "das", "un", "une");

    private static readonly FrozenSet<string> Parts = FrozenSet.Create(
        StringComparer.Ordinal, "part", "pt", "chapter", "volume", "vol", "episode");

    private static readonly FrozenDictionary<string, string> Spellings = new Dictionary<string, string>
    {
        ["vs"] = "versus",
        ["dr"] = "doctor",
        ["mr"] = "mister",
        ["two"] = "2",
        ["three"] = "3",
        ["four"] = "4",
        ["five"] = "5",
        ["six"] = "6",
        ["seven"] = "7",
        ["eight"] = "8",
        ["nine"] = "9",
        ["ten"] = "10",
        ["eleven"] = "11",
        ["twelve"] = "12",
        ["thirteen"] = "13",
        ["ii"] = "2",
        ["iii"] = "3",
        ["iv"] = "4",
        ["vi"] = "6",
        ["vii"] = "7",
        ["viii"] = "8",
        ["ix"] = "9",
        ["xi"] = "11",
        ["xii"] = "12",
        ["xiii"] = "13",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Digits where they end a title or follow "part": "Rocky V", not "V for Vendetta".
    private static readonly FrozenDictionary<string, string> LastSpellings = new Dictionary<string, string>
    {
        ["i"] = "1",
        ["v"] = "5",
        ["x"] = "10",
        ["one"] = "1",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The words in one, so that spaces make no difference either: <c>Spider-Man</c>, <c>Spiderman</c>.</summary>
    public string Key { get; } = string.Concat(Words);

    /// <summary>The words without the article.</summary>
    public int ContentWords => Words.Count - (HasArticle ? 1 : 0);

    /// <summary>The key without the article.</summary>
    public string Content => HasArticle ? Key[Words[0].Length..] : Key;

    /// <summary>Whether the last word is a number.</summary>
    public bool EndsWithNumber => Words.Count > 0 && char.IsDigit(Words[^1][^1]);

    /// <summary>Returns a title's loose form.</summary>
    public static LooseTitle Of(string title)
    {
        var words = TextWord.In(InDigits(title)).Select(word => Letters(word.Key)).Where(word => word.Length > 0).ToList();
        if (words.Count > 1 && MovedArticles.Contains(words[^1]) && IsBehindComma(title))
        {
            words.Insert(0, words[^1]);
            words.RemoveAt(words.Count - 1);
        }

        var numbered = Numbered(words);
        return new LooseTitle(numbered, numbered.Count > 1 && Articles.Contains(numbered[0]));
    }

    // "Alien³" is not "Alien", nor "The Lion King 1½" "The Lion King 1".
    private static string InDigits(string title) => title.AsSpan().IndexOfAny("²³½⅓") < 0
        ? title
        : title.Replace("²", " 2", StringComparison.Ordinal)
            .Replace("³", " 3", StringComparison.Ordinal)
            .Replace("½", " 1/2", StringComparison.Ordinal)
            .Replace("⅓", " 1/3", StringComparison.Ordinal);

    private static bool IsBehindComma(string title) =>
        title.LastIndexOf(',') is var comma and > 0 && !title.AsSpan(comma + 1).Trim().Contains(' ');

    // A title that is a number word alone keeps it: "Nine" is not "9".
    private static List<string> Numbered(List<string> words)
    {
        if (words.Count < 2)
            return words;
        List<string> numbered = [];
        for (var i = 0; i < words.Count; i++)
        {
            var isPart = i > 0 && Parts.Contains(words[i - 1]);
            var word = Number(words[i], i, isPart || i == words.Count - 1);
            if (isPart && i > 1 && char.IsDigit(word[0]))
                numbered.RemoveAt(numbered.Count - 1);
            numbered.Add(word);
        }

        return numbered;
    }

    private static string Number(string word, int index, bool isLast)
    {
        var number = Spellings.GetValueOrDefault(word) ?? (isLast ? LastSpellings.GetValueOrDefault(word) : null);
        var isRoman = word is ['i' or 'v' or 'x', ..];
        return number is null || (isRoman && index == 0) ? word : number;
    }

    // Letters that have no accent to lose but are typed as others, and compatible forms such as full-width ones.
    private static string Letters(string word)
    {
        if (Ascii.IsValid(word) || word.Length > LongestWord)
            return word;
        var letters = new StringBuilder(word.Length);
        foreach (var c in word.Normalize(NormalizationForm.FormKC).ToLower(CultureInfo.InvariantCulture))
        {
            _ = c switch
            {
                'ø' => letters.Append('o'),
                'æ' => letters.Append("ae"),
                'œ' => letters.Append("oe"),
                'ł' => letters.Append('l'),
                'đ' or 'ð' => letters.Append('d'),
                'þ' => letters.Append("th"),
                'ı' => letters.Append('i'),
                _ => letters.Append(c),
            };
        }

        return letters.ToString();
    }
}
