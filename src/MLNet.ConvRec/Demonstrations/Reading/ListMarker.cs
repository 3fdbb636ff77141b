using System.Globalization;
using System.Text;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>How surely a marker is one.</summary>
internal enum MarkerKind
{
    /// <summary>A bullet or a number that is set off: <c>1.</c>, <c>(1)</c>, <c>No. 1:</c>.</summary>
    Certain,

    /// <summary>A number before a dash, which may be a title: <c>9 - a film about dolls</c>.</summary>
    Dashed,

    /// <summary>A number before a space, which mostly belongs to the title: <c>12 Angry Men</c>.</summary>
    Spaced,
}

/// <summary>What stands before a title in a list: numbering, bullets, heading marks.</summary>
/// <param name="Length">How many characters of the line it takes.</param>
/// <param name="Number">Its number, or <see langword="null"/> for a bullet.</param>
/// <param name="Kind">How surely it is one.</param>
internal readonly record struct ListMarker(int Length, int? Number, MarkerKind Kind)
{
    // Lists are shorter; "300: Rise of an Empire" and "(500) Days of Summer" are titles.
    private const int LargestNumber = 200;
    private const string Bullets = "•‣◦▪▫●○■□▸►▶➤➢→·∙⁃※>";
    private const string Dashes = "-–—―|";
    private const string SpacedBullets = "-*+–—―";
    private const string Emphasis = "*_`";
    private const string Opening = "([（［【";
    private const string Closing = ".):]}）］】．：、。";

    private static readonly string[] Names = ["title:", "movie:", "film:", "name:"];

    private static readonly string[] Labels =
        ["number", "no.", "no", "nr.", "nr", "rank", "recommendation", "movie", "film", "title", "pick", "option", "item"];

    /// <summary>Finds the marker that a line begins with.</summary>
    /// <returns>The marker, or <see langword="null"/> where there is none.</returns>
    public static ListMarker? Of(string line)
    {
        var start = AfterSpace(line, 0);
        var bulleted = AfterBullets(line, start);
        if (Numbered(line, bulleted) is { } numbered)
            return numbered with { Length = AfterName(line, AfterBullets(line, AfterSpace(line, numbered.Length))) };
        var end = AfterName(line, bulleted);
        return end > start ? new ListMarker(end, null, MarkerKind.Certain) : null;
    }

    // "Title: Alien", "**Movie:** Alien".
    private static int AfterName(string line, int start)
    {
        var i = AfterAny(line, start, Emphasis);
        var name = Array.Find(Names, name => string.Compare(line, i, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0);
        return name is null ? start : AfterSpace(line, AfterAny(line, i + name.Length, Emphasis));
    }

    // Bullets nest: "> - [x] Alien".
    private static int AfterBullets(string line, int start)
    {
        for (var i = start; ; i = AfterSpace(line, i + BulletLength(line, i)))
        {
            if (BulletLength(line, i) == 0)
                return i;
        }
    }

    private static int BulletLength(string line, int i)
    {
        if (i >= line.Length)
            return 0;
        if (Bullets.Contains(line[i], StringComparison.Ordinal))
            return 1;
        if (SpacedBullets.Contains(line[i], StringComparison.Ordinal))
            return IsSpace(line, i + 1) ? 1 : 0;
        if (line[i] == '#')
        {
            var end = AfterAny(line, i, "#");
            return IsSpace(line, end) ? end - i : 0;
        }

        if (line[i] == '[' && i + 2 < line.Length && line[i + 2] == ']' && !char.IsDigit(line[i + 1]))
            return 3;
        return SymbolLength(line, i);
    }

    // Emoji and the like; the number sign is followed by a number.
    private static int SymbolLength(string line, int i) =>
        line[i] != '№' && Rune.TryGetRuneAt(line, i, out var rune) && Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol
            && !IsCircled(line[i])
            ? AfterAny(line, i + rune.Utf16SequenceLength, "\uFE0F\u200D") - i
            : 0;

    private static ListMarker? Numbered(string line, int start)
    {
        if (start < line.Length && IsCircled(line[start]))
            return new ListMarker(start + 1, (int)char.GetNumericValue(line[start]), MarkerKind.Certain);
        var i = AfterAny(line, start, Emphasis);
        var isOpened = i < line.Length && Opening.Contains(line[i], StringComparison.Ordinal);
        i += isOpened ? 1 : 0;
        var labelled = AfterLabel(line, i);
        if (Digits(line, labelled) is not ({ } number, var end))
            return null;
        var keycap = AfterAny(line, end, "\uFE0F\u20E3");
        var isSetOff = keycap > end;
        end = AfterAny(line, keycap, Emphasis);
        var closed = AfterAny(line, end, Closing);
        if (closed > end)
            return IsDigit(line, closed) ? null : new ListMarker(AfterAny(line, closed, Emphasis), number, MarkerKind.Certain);
        if (isOpened || (!isSetOff && !IsSpace(line, end) && !IsDashed(line, end)))
            return null;
        if (IsDashed(line, end))
        {
            var kind = labelled > i || isSetOff ? MarkerKind.Certain : MarkerKind.Dashed;
            return new ListMarker(AfterAny(line, AfterSpace(line, end), Dashes), number, kind);
        }

        return new ListMarker(end, number, labelled > i || isSetOff ? MarkerKind.Certain : MarkerKind.Spaced);
    }

    // "No. 1", "#1", "Movie 1"; nothing without the number behind it.
    private static int AfterLabel(string line, int start)
    {
        var i = start;
        foreach (var label in Labels)
        {
            if (string.Compare(line, start, label, 0, label.Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                i = start + label.Length;
                break;
            }
        }

        i = AfterAny(line, AfterSpace(line, i), "#№");
        i = AfterSpace(line, i);
        return IsDigit(line, i) ? i : start;
    }

    private static (int? Number, int End) Digits(string line, int start)
    {
        var (number, i) = (0, start);
        for (; IsDigit(line, i) && i - start < 4; i++)
            number = (number * 10) + (int)char.GetNumericValue(line[i]);
        return i == start || number > LargestNumber ? (null, start) : (number, i);
    }

    // "1 - Alien", "1- Alien"; not "1-800".
    private static bool IsDashed(string line, int i)
    {
        var dash = AfterSpace(line, i);
        var end = AfterAny(line, dash, Dashes);
        return end > dash && IsSpace(line, end);
    }

    private static bool IsCircled(char c) =>
        c is (>= '\u2460' and <= '\u249B') or (>= '\u24F5' and <= '\u24FE') or (>= '\u2776' and <= '\u2793');

    private static bool IsDigit(string line, int i) => i < line.Length && char.IsDigit(line[i]);

    private static bool IsSpace(string line, int i) => i >= line.Length || char.IsWhiteSpace(line[i]);

    private static int AfterSpace(string line, int i)
    {
        while (i < line.Length && char.IsWhiteSpace(line[i]))
            i++;
        return i;
    }

    private static int AfterAny(string line, int i, string characters)
    {
        while (i < line.Length && characters.Contains(line[i], StringComparison.Ordinal))
            i++;
        return i;
    }
}
