namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>The lines of a model's answer that may say something.</summary>
internal static class AnswerLines
{
    private const string EndOfThinking = "</think>";

    /// <summary>
    /// Cuts an answer into lines with white space collapsed; without what the model thought aloud, code fences and empty lines.
    /// </summary>
    public static string[] Of(string answer)
    {
        var end = answer.LastIndexOf(EndOfThinking, StringComparison.OrdinalIgnoreCase);
        var said = end < 0 ? answer : answer[(end + EndOfThinking.Length)..];
        return
        [
            .. said.Split(['\n', '\r'])
                .Select(line => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
                .Where(line => line.Length > 0 && !line.StartsWith("```", StringComparison.Ordinal)),
        ];
    }

    /// <summary>Whether the answer is the one word by which a model says that nothing applies.</summary>
    public static bool IsNone(string[] lines) => lines is [var only] && IsNone(only);

    /// <summary>Whether a part of a line says so.</summary>
    public static bool IsNone(string text) =>
        string.Equals(text.Trim(' ', '.', '*', '"', '(', ')', '|', '-', '`'), "none", StringComparison.OrdinalIgnoreCase);
}
