using System.Globalization;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>The line of a list, <c>Title (Year)</c>: how the policy writes an item, and how a line that it wrote is read.</summary>
public static class ListLine
{
    private const int YearDigits = 4;

    /// <summary>Writes an item as a line: white space collapsed, no line break, the year in four digits and parentheses if there is one.</summary>
    /// <param name="title">The title.</param>
    /// <param name="year">The year, or <see langword="null"/>.</param>
    public static string Format(string title, int? year)
    {
        ArgumentNullException.ThrowIfNull(title);
        return new ItemReference(title, year).ToString();
    }

    /// <summary>Reads a line as title and year. A line without <c>(Year)</c>, four digits, at its end is a bare title; an empty one is unreadable.</summary>
    /// <param name="line">The line, without its line break.</param>
    /// <returns>The item that the line names, or <see langword="null"/> for an unreadable line.</returns>
    public static ItemReference? Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var text = line.AsSpan().Trim();
        if (YearAtEnd(text) is { } year && text[..^(YearDigits + 2)].TrimEnd() is { IsEmpty: false } title)
            return new ItemReference(title.ToString(), year);
        return text.IsEmpty ? null : new ItemReference(text.ToString());
    }

    private static int? YearAtEnd(ReadOnlySpan<char> text) =>
        text is [.., '(', _, _, _, _, ')'] && int.TryParse(text[^(YearDigits + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            ? year
            : null;
}
