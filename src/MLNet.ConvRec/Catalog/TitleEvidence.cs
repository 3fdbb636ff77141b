using System.Buffers;
using System.Collections.Frozen;

namespace MLNet.ConvRec.Catalog;

/// <summary>Weighs whether words that spell a title mean the title, from how they are written; in doubt they do not.</summary>
/// <remarks>
/// Quotation marks around the words suffice. So do three words of which two have four letters or more, unless a capital goes on behind them.
/// Other titles ("Up", "Get Out", "Man on Fire") must be written with the title's own capitals, a leading article aside, at least one of them not at a
/// sentence's start, and not be part of a longer name. A text all in capitals gives no such evidence, nor do words that begin sentences all the time and
/// are capitals by habit where a full stop is missing ("It", "They", "Yes").
/// </remarks>
internal sealed class TitleEvidence(string text, IReadOnlyList<TextWord> words)
{
    private const string Quotes = "\"“”„«»‘’'*_";

    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create(".!?…\r\n;()\"“");
    private static readonly SearchValues<char> Joints = SearchValues.Create(" \t\u00A0-–:");

    private static readonly FrozenSet<string> Articles = FrozenSet.Create(StringComparer.Ordinal, "the", "a", "an");

    private static readonly FrozenSet<string> SentenceStarters = FrozenSet.Create(
        StringComparer.Ordinal,
        "i", "im", "ive", "id", "ill", "it", "its", "he", "she", "we", "us", "you", "they", "him", "her", "them", "this", "that", "these", "those",
        "what", "who", "when", "where", "why", "how", "which", "is", "are", "was", "do", "did", "have", "can", "may", "will", "so", "and", "but", "or",
        "if", "then", "yes", "no", "ok", "okay", "well", "oh", "hi", "hello", "hey", "thanks", "sure", "lol", "omg", "loved", "good", "great", "awesome");

    private readonly bool _hasCase = text.Any(char.IsLower);

    /// <summary>Tells whether the words [start, end) mean the title that they spell.</summary>
    public bool MeansTitle(int start, int end, string title) =>
        IsQuoted(start, end) || (!IsContinued(end) && (IsDistinctive(start, end) || (HasCapitalsOf(title, start, end) && !IsNamePart(start, end))));

    private bool IsQuoted(int start, int end)
    {
        var after = words[end - 1].End;
        while (after < text.Length && text[after] is '.' or ',' or '!' or '?')
            after++;
        return words[start].Start > 0 && Quotes.Contains(text[words[start].Start - 1]) && after < text.Length && Quotes.Contains(text[after]);
    }

    private bool IsDistinctive(int start, int end) =>
        end - start >= 3 && Enumerable.Range(start, end - start).Count(i => words[i].Key.Length >= 4) >= 2;

    // "The Dark Knight" in "The Dark Knight Rises", "Iron Man" in "Iron Man 2".
    private bool IsContinued(int end) =>
        end < words.Count && !IsBreak(end) && (IsCapital(end) || char.IsDigit(text[words[end].Start])) && !IsHabit(end);

    // "Carol" in "Aunt Carol".
    private bool IsNamePart(int start, int end) =>
        end - start == 1 && start > 0 && !IsBreak(start) && IsCapital(start - 1) && !StartsSentence(start - 1) && !IsHabit(start - 1);

    private bool HasCapitalsOf(string title, int start, int end)
    {
        var written = TextWord.In(title);
        var isEvidence = false;
        for (var i = start; i < end; i++)
        {
            var isFree = i == start && Articles.Contains(words[i].Key);
            if (isFree || !char.IsUpper(title[written[i - start].Start]))
                continue;
            if (!IsCapital(i))
                return false;
            isEvidence |= !StartsSentence(i) && !IsHabit(i);
        }

        return isEvidence && _hasCase;
    }

    private bool IsCapital(int word) => char.IsUpper(text[words[word].Start]);

    private bool IsHabit(int word) => SentenceStarters.Contains(words[word].Key);

    private bool StartsSentence(int word) => word == 0 || Between(word).ContainsAny(SentenceEnds);

    // What stands before the word sets it apart from the word before: anything but white space, a hyphen or a colon.
    private bool IsBreak(int word) => Between(word).ContainsAnyExcept(Joints);

    private ReadOnlySpan<char> Between(int word) => text.AsSpan(words[word - 1].End, words[word].Start - words[word - 1].End);
}
