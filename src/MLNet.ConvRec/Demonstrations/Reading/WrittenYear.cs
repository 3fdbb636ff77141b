using System.Globalization;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>Finds the years that stand in a line.</summary>
internal static class WrittenYear
{
    private const int Digits = 4;

    // Films are no older, and no list is written later.
    private const int First = 1870;
    private const int Last = 2099;

    private const string Closing = ")]}】";

    // What may stand between a title and its year.
    private const string Between = " \"“”»」』》〉*_`',.:;|-–—―";

    /// <summary>Returns the year that stands by itself at a place of the text.</summary>
    public static int? At(string text, int start)
    {
        var end = start + Digits;
        if (end > text.Length || (start > 0 && char.IsLetterOrDigit(text[start - 1])))
            return null;
        if (end < text.Length && char.IsLetterOrDigit(text[end]))
            return null;
        return int.TryParse(text.AsSpan(start, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && year is >= First and <= Last
            ? year
            : null;
    }

    /// <summary>
    /// Returns the year right behind a title that ends at a place of the text: in the brackets that follow, or set off by punctuation.
    /// Of a range it is the first.
    /// </summary>
    public static int? After(string text, int start)
    {
        for (var i = start; i < text.Length; i++)
        {
            if (IsOpening(text[i]))
            {
                var end = EndOfBracket(text, i);
                if (FirstIn(text, i + 1, end) is { } year)
                    return year;
                i = end;
            }
            else if (!Between.Contains(text[i], StringComparison.Ordinal))
            {
                return At(text, i);
            }
        }

        return null;
    }

    /// <summary>Returns the first year in brackets anywhere behind a place of the text.</summary>
    public static int? InBracketsAfter(string text, int start)
    {
        for (var i = start; i < text.Length; i++)
        {
            if (!IsOpening(text[i]))
                continue;
            var end = EndOfBracket(text, i);
            if (FirstIn(text, i + 1, end) is { } year)
                return year;
            i = end;
        }

        return null;
    }

    /// <summary>
    /// Reads a year that stands first, <c>1979 - Alien</c>, <c>(1979) Alien</c>.
    /// </summary>
    /// <returns>The year and where what follows begins, or <see langword="null"/>.</returns>
    public static (int Year, int End)? Leading(string text)
    {
        var start = text.Length > 0 && IsOpening(text[0]) ? 1 : 0;
        if (At(text, start) is not { } year)
            return null;
        var rest = start + Digits;
        while (rest < text.Length && (Between + Closing).Contains(text[rest], StringComparison.Ordinal))
            rest++;
        return rest < text.Length ? (year, rest) : null;
    }

    /// <summary>Tells whether a character opens brackets.</summary>
    public static bool IsOpening(char c) => c is '(' or '[' or '{' or '【';

    /// <summary>Where the brackets that open at a place close; the text's end where they don't.</summary>
    public static int EndOfBracket(string text, int start)
    {
        var depth = 0;
        for (var i = start; i < text.Length; i++)
        {
            if (IsOpening(text[i]))
                depth++;
            else if (Closing.Contains(text[i], StringComparison.Ordinal) && --depth == 0)
                return i;
        }

        return text.Length;
    }

    private static int? FirstIn(string text, int start, int end)
    {
        for (var i = start; i + Digits <= end; i++)
        {
            if (At(text, i) is { } year)
                return year;
        }

        return null;
    }
}
