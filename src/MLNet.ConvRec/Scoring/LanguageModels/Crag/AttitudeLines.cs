using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>A name that the model found in a dialogue.</summary>
/// <param name="Name">The name as the model wrote it.</param>
/// <param name="Attitude">The seeker's attitude to it, from −2 to 2.</param>
internal readonly record struct NamedAttitude(string Name, int Attitude);

/// <summary>Reads lines <c>Title (Year) | attitude</c>; others are passed over.</summary>
internal static partial class AttitudeLines
{
    /// <summary>Reads an answer.</summary>
    /// <returns>The names in order, none of them for <c>NONE</c>; <see langword="null"/> if no line can be read.</returns>
    public static IReadOnlyList<NamedAttitude>? Read(string answer)
    {
        var lines = AnswerLines.Of(answer);
        if (AnswerLines.IsNone(lines))
            return [];
        NamedAttitude[] names =
        [
            .. lines.Select(line => Line().Match(line))
                .Where(match => match.Success)
                .Select(match => new NamedAttitude(match.Groups["name"].Value, Parse(match.Groups["attitude"].Value))),
        ];
        return names.Length == 0 ? null : names;
    }

    private static int Parse(string attitude) => int.Parse(
        attitude.Replace('−', '-').Replace('–', '-'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    // Also "| Title (Year) | 2 |", and "Title (Year) | +1 (says so)".
    [GeneratedRegex(
        @"^[|\s]*(?<name>[^|\s].*?)\s*\|\W*?(?<attitude>[-−–+]?[0-2])(?![\p{L}\d])[^|]*\|?$", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
