namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>Finds the title that was meant where one letter of a long word is wrong, missing or too many.</summary>
/// <remarks>
/// Titles of eight letters or more. Models hardly ever mistype; a title that is a letter away is mostly another film ("The Wedding
/// Singer", "The Wedding Ringer"; "Predators"). So the word's first letter, all numbers, and a plural must agree, the word must not be one
/// of another title, and the title must be the only one.
/// </remarks>
internal sealed class MistypedTitles
{
    private const int ShortestTitle = 8;
    private const int ShortestWord = 5;

    // A letter wrong in eight leaves the first four or the last four as they are.
    private const int Intact = 4;

    private readonly IReadOnlyList<LooseTitle> _titles;
    private readonly HashSet<string> _words;
    private readonly Dictionary<string, int[]> _byBeginning;
    private readonly Dictionary<string, int[]> _byEnd;

    public MistypedTitles(IReadOnlyList<LooseTitle> titles)
    {
        _titles = titles;
        _words = titles.SelectMany(title => title.Words).ToHashSet(StringComparer.Ordinal);
        var items = Enumerable.Range(0, titles.Count).Where(item => titles[item].Key.Length >= ShortestTitle).ToArray();
        _byBeginning = Index(items, item => titles[item].Key[..Intact]);
        _byEnd = Index(items, item => titles[item].Key[^Intact..]);
    }

    /// <summary>Finds the items of the one title that is a letter away; none where there are several such titles.</summary>
    public IReadOnlyList<int> Find(LooseTitle written)
    {
        if (written.Key.Length < ShortestTitle)
            return [];
        var near = _byBeginning.GetValueOrDefault(written.Key[..Intact], []).Concat(_byEnd.GetValueOrDefault(written.Key[^Intact..], []));
        int[] found = [.. near.Distinct().Where(item => IsMeant(written.Words, _titles[item].Words))];
        return found.DistinctBy(item => _titles[item].Key).Count() == 1 ? found : [];
    }

    private bool IsMeant(IReadOnlyList<string> written, IReadOnlyList<string> title)
    {
        if (written.Count != title.Count)
            return false;
        var other = -1;
        for (var i = 0; i < written.Count; i++)
        {
            if (written[i] == title[i])
                continue;
            if (other >= 0)
                return false;
            other = i;
        }

        return other >= 0 && IsSlip(written[other], title[other]);
    }

    private bool IsSlip(string written, string word) =>
        Math.Min(written.Length, word.Length) >= ShortestWord
        && written[0] == word[0]
        && !written.Any(char.IsDigit)
        && !word.Any(char.IsDigit)
        && written != word + "s"
        && word != written + "s"
        && !_words.Contains(written)
        && IsOneEdit(written, word);

    private static bool IsOneEdit(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (Math.Abs(a.Length - b.Length) > 1)
            return false;
        var shared = a.CommonPrefixLength(b);
        return a.Length == b.Length
            ? a[(shared + 1)..].SequenceEqual(b[(shared + 1)..])
            : a.Length > b.Length ? a[(shared + 1)..].SequenceEqual(b[shared..]) : b[(shared + 1)..].SequenceEqual(a[shared..]);
    }

    private static Dictionary<string, int[]> Index(int[] items, Func<int, string> key) =>
        items.GroupBy(key, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.ToArray(), StringComparer.Ordinal);
}
