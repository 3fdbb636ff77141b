using System.Globalization;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>The line of a list, <c>Title (Year)</c>: how the policy writes an item, and how a line that it wrote is read.</summary>
public static partial class ListLine
{
    /// <summary>Writes an item as a line: white space collapsed, no line break, the year in parentheses if there is one.</summary>
    /// <param name="title">The title.</param>
    /// <param name="year">The year, or <see langword="null"/>.</param>
    public static string Format(string title, int? year)
    {
        ArgumentNullException.ThrowIfNull(title);
        var name = WhiteSpace().Replace(title, " ").Trim();
        return year is { } y ? string.Create(CultureInfo.InvariantCulture, $"{name} ({y})") : name;
    }

    /// <summary>Reads a line as title and year. A line without <c>(Year)</c> at its end is a bare title; an empty one is unreadable.</summary>
    /// <param name="line">The line, without its line break.</param>
    /// <returns>The item that the line names, or <see langword="null"/> for an unreadable line.</returns>
    public static ItemReference? Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var match = TitleAndYear().Match(line);
        if (match.Success)
            return new ItemReference(match.Groups["title"].Value.Trim(), int.Parse(match.Groups["year"].ValueSpan, CultureInfo.InvariantCulture));
        var bare = line.Trim();
        return bare.Length == 0 ? null : new ItemReference(bare);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"^\s*(?<title>\S.*?)\s*\((?<year>\d{4})\)\s*$")]
    private static partial Regex TitleAndYear();
}
