namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>What ends a title within a line.</summary>
internal enum CutKind
{
    /// <summary>The line's end.</summary>
    End,

    /// <summary>A bracket that opens.</summary>
    Bracket,

    /// <summary>A dash, or a colon with space on both sides.</summary>
    Dash,

    /// <summary>A quotation mark or the end of emphasis.</summary>
    Quote,

    /// <summary>A year without brackets.</summary>
    Year,

    /// <summary>A colon, which may be followed by a subtitle.</summary>
    Colon,

    /// <summary>A comma or semicolon, which titles have as well.</summary>
    Comma,

    /// <summary>The end of a sentence.</summary>
    Sentence,

    /// <summary>A word such as <c>by</c> or <c>starring</c>.</summary>
    Word,
}

/// <summary>A place where a title may end.</summary>
/// <param name="Position">One past the title's last character.</param>
/// <param name="Kind">What ends it.</param>
internal readonly record struct TitleCut(int Position, CutKind Kind);

/// <summary>Finds the places where a title may end within a line.</summary>
internal static class TitleCuts
{
    // What follows even more separators is prose.
    private const int Most = 24;
    private const string Dashes = "-–—―=→•·/";
    private const string Quotes = "\"”„»」』》〉*`";

    private static readonly string[] Words = ["by ", "directed by ", "starring ", "featuring ", "aka ", "a.k.a. ", "dir. "];

    /// <summary>Finds the cuts of a text, first to last; the text's end is the last.</summary>
    public static List<TitleCut> In(string text)
    {
        List<TitleCut> cuts = [];
        for (var i = 1; i < text.Length && cuts.Count < Most; i++)
        {
            if (KindAt(text, i) is { } kind)
                cuts.Add(new TitleCut(kind == CutKind.Sentence ? i + 1 : i, kind));
        }

        cuts.Add(new TitleCut(text.Length, CutKind.End));
        return cuts;
    }

    private static CutKind? KindAt(string text, int i)
    {
        var isAfterSpace = char.IsWhiteSpace(text[i - 1]);
        var isBeforeSpace = i + 1 >= text.Length || char.IsWhiteSpace(text[i + 1]);
        return text[i] switch
        {
            '(' or '[' or '{' or '【' => CutKind.Bracket,
            '|' or '—' or '―' => CutKind.Dash,
            '-' when isAfterSpace && i + 1 < text.Length && text[i + 1] == '-' => CutKind.Dash,
            '-' or '–' when isBeforeSpace => CutKind.Dash,
            ':' when isAfterSpace && isBeforeSpace => CutKind.Dash,
            ':' when isBeforeSpace => CutKind.Colon,
            ',' or ';' when isBeforeSpace => CutKind.Comma,
            '、' => CutKind.Comma,
            '.' or '!' or '?' or '…' when isBeforeSpace && i + 1 < text.Length => CutKind.Sentence,
            var c when Quotes.Contains(c, StringComparison.Ordinal) && !IsBeforeWord(text, i) => CutKind.Quote,
            var c when isAfterSpace && isBeforeSpace && Dashes.Contains(c, StringComparison.Ordinal) => CutKind.Dash,
            var c when char.IsAsciiDigit(c) && WrittenYear.At(text, i) is not null => CutKind.Year,
            var c when isAfterSpace && char.IsAsciiLetter(c) && StartsWord(text, i) => CutKind.Word,
            _ => null,
        };
    }

    // Within a word it ends nothing: "F*ck You, Goethe".
    private static bool IsBeforeWord(string text, int i) => i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1]);

    private static bool StartsWord(string text, int i)
    {
        foreach (var word in Words)
        {
            if (string.Compare(text, i, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0)
                return true;
        }

        return false;
    }
}
