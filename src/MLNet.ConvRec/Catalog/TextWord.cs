using System.Globalization;
using System.Text;

namespace MLNet.ConvRec.Catalog;

/// <summary>A word of a text or title, in the form in which words are compared, with its place.</summary>
/// <param name="Key">The word in normal form, without accents and apostrophes: <c>amelie</c>, <c>oceans</c>; <c>and</c> for an ampersand.</param>
/// <param name="Start">Where the word starts in the text.</param>
/// <param name="End">One past its last character.</param>
internal readonly record struct TextWord(string Key, int Start, int End)
{
    /// <summary>Cuts a text into words: runs of letters, digits and their marks, and apostrophes between them.</summary>
    public static IReadOnlyList<TextWord> In(string text)
    {
        var words = new List<TextWord>();
        for (var i = 0; i < text.Length;)
        {
            var length = WordLength(text, i);
            if (length > 0)
                words.Add(new TextWord(KeyOf(text.AsSpan(i, length)), i, i + length));
            else if (text[i] == '&')
                words.Add(new TextWord("and", i, i + 1));
            i += Math.Max(length, 1);
        }

        return words;
    }

    private static int WordLength(string text, int start)
    {
        var end = start;
        while (end < text.Length)
        {
            var isJoint = end > start && IsApostrophe(text[end]) && end + 1 < text.Length;
            var next = isJoint ? end + 1 : end;
            if (!Rune.TryGetRuneAt(text, next, out var rune) || !IsWordRune(rune))
                break;
            end = next + rune.Utf16SequenceLength;
        }

        return end - start;
    }

    private static string KeyOf(ReadOnlySpan<char> word)
    {
        var letters = new StringBuilder(word.Length);
        foreach (var c in word)
        {
            if (!IsApostrophe(c))
                letters.Append(c);
        }

        return TitleNormalization.WithoutMarks(TitleNormalization.Normalize(letters.ToString()));
    }

    private static bool IsApostrophe(char c) => c is '\'' or '\u2019' or '\u02BC';

    private static bool IsWordRune(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
