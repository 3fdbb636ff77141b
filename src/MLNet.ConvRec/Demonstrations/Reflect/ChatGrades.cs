using System.Globalization;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Demonstrations.Chat;

namespace MLNet.ConvRec.Demonstrations.Reflect;

/// <summary>
/// Reads grades as models really write them: <c>number: grade</c> a line with small deviations, or JSON.
/// </summary>
internal static partial class ChatGrades
{
    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="count">How many candidates were asked about; other numbers than 1 to this are passed over.</param>
    /// <param name="ratingScale">L: a grade beyond ±L is taken as the nearest that is allowed.</param>
    /// <returns>The grades by the candidates' numbers; of several for one the last counts.</returns>
    public static Dictionary<int, double> Read(string answer, int count, int ratingScale)
    {
        var grades = new Dictionary<int, double>();
        var json = JsonGrades.Read(answer, count);
        foreach (var (number, grade) in json.Length > 0 ? json : OfLines(answer, ratingScale))
        {
            if (number >= 1 && number <= count)
                grades[number] = Math.Clamp(grade, -ratingScale, ratingScale);
        }

        return grades;
    }

    private static IEnumerable<(int Number, double Grade)> OfLines(string answer, int ratingScale)
    {
        foreach (var line in answer.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var plain = Decoration().Replace(line, "").Replace('−', '-').Replace('–', '-').Trim();
            if (OfLine(plain, ratingScale) is { } grade)
                yield return grade;
        }
    }

    // From what can only be a grade to what might be the beginning of a title, such as "2. 12 Monkeys".
    private static (int Number, double Grade)? OfLine(string line, int ratingScale)
    {
        if (Alone().Match(line) is { Success: true } alone)
            return Parse(alone);
        if (Signed().Match(line) is { Success: true } signed)
            return Parse(signed);
        if (AtEnd().Match(line) is { Success: true } atEnd)
            return Parse(atEnd);
        return WithRemark().Match(line) is { Success: true } remarked && Parse(remarked) is { } read && Math.Abs(read.Grade) <= ratingScale
            ? read
            : null;
    }

    private static (int Number, double Grade)? Parse(Match match) =>
        int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && double.TryParse(match.Groups["grade"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var grade)
            ? (number, grade)
            : null;

    [GeneratedRegex("[*_`|\"]|^\\s*[-•#]\\s+")]
    private static partial Regex Decoration();

    // "3: 2", "3. +2", "12) -1", "(3) 1", "[3] = 1", "3 -> 1", "3 - 1", "3 1".
    [GeneratedRegex(@"^[(\[]?(?<number>\d+)(?:(?:[)\].:=,;→\s]|[-=]>|-\s)+|(?=[+-]))(?<grade>[+-]?\d+(?:\.\d+)?)(?:\s*/\s*\d+)?[.,;]?$")]
    private static partial Regex Alone();

    // "12) -1 because they said so": no title begins with a sign and a number.
    [GeneratedRegex(@"^[(\[]?(?<number>\d+)(?:(?:[)\].:=,;→\s]|[-=]>|-\s)+|(?=[+-]))(?<grade>[+-]\d+(?:\.\d+)?)")]
    private static partial Regex Signed();

    // "3. Alien (1979): +2", "3. Alien - 2", "3. Alien -2".
    [GeneratedRegex(@"^[(\[]?(?<number>\d+)[)\].:]+\s.*(?:[:=→]|[-=]>|\s-(?=\s)|\s(?=[+-]))\s*(?<grade>[+-]?\d+(?:\.\d+)?)[.,;]?$")]
    private static partial Regex AtEnd();

    // "3: 2 because they said so", "3: 2 (likes horror)".
    [GeneratedRegex(@"^[(\[]?(?<number>\d+)[)\]]*\s*(?:[:=→]|[-=]>)\s*(?<grade>\d+(?:\.\d+)?)(?=[\s,;(.-])")]
    private static partial Regex WithRemark();
}
