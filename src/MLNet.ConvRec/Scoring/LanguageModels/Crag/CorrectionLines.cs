using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>Reads lines <c>number: Title (Year)</c> or <c>number: none</c>; others are passed over.</summary>
internal static partial class CorrectionLines
{
    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="count">How many names were shown, numbered from 1.</param>
    /// <returns>
    /// By index from 0 what each name stands for, <see langword="null"/> for nothing in the catalog; <see langword="null"/> if no line can
    /// be read.
    /// </returns>
    public static IReadOnlyDictionary<int, string?>? Read(string answer, int count)
    {
        Dictionary<int, string?> corrections = [];
        foreach (var line in AnswerLines.Of(answer))
        {
            if (Line().Match(line.TrimEnd(' ', '|')) is not { Success: true } match)
                continue;
            var name = match.Groups["name"].Value;
            if (NumberLines.IndexOf(match.Groups["number"].ValueSpan, count) is var index and >= 0)
                corrections.TryAdd(index, AnswerLines.IsNone(name) ? null : name);
        }

        return corrections.Count == 0 ? null : corrections;
    }

    // Where a model repeats the question, its answer stands behind the last arrow or equals sign.
    [GeneratedRegex(
        @"^\W*(?<number>\d+)\s*[.:)|=*\]>→-]+\s*(?:.*(?:->|→|\s=\s)\s*)?(?<name>[^\s|].*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
