using System.Buffers;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>Reads a line that names no item of the catalog: a name from outside, or prose.</summary>
internal static class OutsideName
{
    // What stands unnumbered and unlinked is prose if it is longer than titles are, or ends as sentences do.
    private const int LongestTitleInWords = 10;
    private const int LongestListedTitleInWords = 15;
    private const int LongestTitle = 90;

    // "300" may be a title; "1" and "10" are what is left of a list that was cut off.
    private const int DigitsOfATitle = 3;

    private static readonly SearchValues<char> SetOff = SearchValues.Create("-–—:)]");

    private static readonly string[] Speakers =
        ["user:", "system:", "assistant:", "human:", "ai:", "bot:", "seeker:", "recommender:", "[|", "|human", "|ai", "human|", "ai|"];

    /// <summary>Tells whether a line is a turn of a dialogue, which some models write on.</summary>
    public static bool IsSpoken(string line) =>
        Speakers.Any(speaker => line.AsSpan().TrimStart().StartsWith(speaker, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the name.</summary>
    /// <param name="line">The line.</param>
    /// <param name="listIsMarked">Whether most lines of the list are numbered or have bullets, so that one without is prose.</param>
    /// <returns>The name, or <see langword="null"/> for prose.</returns>
    public static LineReading? Of(ListedText line, bool listIsMarked)
    {
        var text = LineText.Bare(line.Text);
        if (!text.Any(char.IsLetterOrDigit) || line.Text.TrimEnd().EndsWith(':') || IsSpoken(line.Text))
            return null;
        var cuts = TitleCuts.In(text);
        var cut = cuts.Find(cut => EndsName(text, cut));
        var name = LineText.Bare(text[..cut.Position]);
        var year = WrittenYear.After(text, cut.Position);
        if (WrittenYear.Leading(text) is var (leading, rest) && text.AsSpan(0, rest).ContainsAny(SetOff))
            (name, year) = (LineText.Bare(text[rest..]), leading);
        if (!name.Any(char.IsLetter) && name.Count(char.IsDigit) < DigitsOfATitle)
            return null;
        var isName = line.IsListed
            ? IsShort(name, LongestListedTitleInWords)
            : !listIsMarked && (year is not null ? IsShort(name, LongestTitleInWords) : !IsSentence(text));
        return isName ? new LineReading(name, year, []) : null;
    }

    // A colon, comma or full stop belongs to the title unless a remark or the year follows; so does a dash behind a colon.
    private static bool EndsName(string text, TitleCut cut) => cut.Kind switch
    {
        CutKind.End or CutKind.Bracket => true,
        CutKind.Quote or CutKind.Year or CutKind.Word => false,
        CutKind.Dash when !text.AsSpan(0, cut.Position).Contains(": ", StringComparison.Ordinal) => true,
        _ => WrittenYear.After(text, cut.Position) is not null || Remark.Is(BeforeBracket(text[cut.Position..])),
    };

    private static string BeforeBracket(string text) => text.IndexOf('(', StringComparison.Ordinal) is var i and > 0 ? text[..i] : text;

    private static bool IsSentence(string text) =>
        !IsShort(text, LongestTitleInWords) || text[^1] is '.' or '!' or '?' or '。' or '！' or '？';

    private static bool IsShort(string text, int words) => text.Length <= LongestTitle && TextWord.In(text).Count <= words;
}
