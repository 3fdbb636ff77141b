using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>
/// Reads the numbers of chosen lines: one a line or several, with or without what they number behind them; other lines are passed over.
/// </summary>
internal static partial class NumberLines
{
    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="count">How many lines were shown, numbered from 1.</param>
    /// <returns>
    /// Indices from 0, each once, in the order of the answer; none for <c>NONE</c> or where each number is refused, <c>3: no</c>;
    /// <see langword="null"/> if no number can be read.
    /// </returns>
    public static IReadOnlyList<int>? Read(string answer, int count)
    {
        var lines = AnswerLines.Of(answer);
        if (AnswerLines.IsNone(lines))
            return [];
        List<int> chosen = [];
        var isRead = false;
        foreach (var line in lines)
        {
            var numbers = Line().Match(line).Groups["number"].Captures;
            int[] indices = [.. numbers.Select(number => IndexOf(number.ValueSpan, count)).Where(index => index >= 0)];
            isRead |= indices.Length > 0;
            if (!Refusal().IsMatch(line))
                chosen.AddRange(indices);
        }

        return isRead ? [.. chosen.Distinct()] : null;
    }

    /// <summary>Returns the index of a written number, or −1 if no line has it.</summary>
    public static int IndexOf(ReadOnlySpan<char> number, int count) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= count
            ? value - 1
            : -1;

    // "12 Monkeys (1995)" is a title: numbers stand alone, or a mark parts them from what follows.
    [GeneratedRegex(
        @"^\W*(?<number>\d+)\b(?:(?:\s*(?:[,;&]|\band\b)\s*|\s+)(?<number>\d+)\b)*(?:\s*[.,):|\]*–—-](?!\d).*|\s*)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Line();

    [GeneratedRegex(@"^\W*\d+[^\w,;]*[.):|=–—-]\W*(?:no|0|false)\W*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Refusal();
}
