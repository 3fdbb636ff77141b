using System.Globalization;

namespace MLNet.ConvRec.Policy.Prompts;

/// <summary>How Llama 3 lays messages out; a message loses the white space around it.</summary>
internal sealed record Llama3Chat : ChatFormat
{
    private static readonly PromptPart Begin = PromptPart.Control("<|begin_of_text|>");
    private static readonly PromptPart HeaderStart = PromptPart.Control("<|start_header_id|>");
    private static readonly PromptPart HeaderEnd = PromptPart.Control("<|end_header_id|>");
    private static readonly PromptPart End = PromptPart.Control("<|eot_id|>");

    public override string EndOfTurn => End.Text;

    public override string? BeginOfText => Begin.Text;

    public override string EndOfText => "<|end_of_text|>";

    /// <summary>Whether the system turn names two dates (Llama 3.1 and later): what the model knows of, and today's.</summary>
    public bool HasDates { get; init; }

    public override IEnumerable<PromptPart> Opening(string system, DateOnly today)
    {
        var text = Strip(system.Length > 0 ? system : DefaultSystem);
        if (HasDates)
            return [Begin, .. Turn("system", $"Cutting Knowledge Date: December 2023\nToday Date: {Written(today)}\n\n{text}")];
        return system.Length + DefaultSystem.Length > 0 ? [Begin, .. Turn("system", text)] : [Begin];
    }

    public override IEnumerable<PromptPart> Message(string role, string content) => Turn(role, Strip(content));

    public override IEnumerable<PromptPart> AnswerStart() => [HeaderStart, "assistant", HeaderEnd, "\n\n"];

    private static PromptPart[] Turn(string role, string text) => [HeaderStart, role, HeaderEnd, $"\n\n{text}", End];

    private static string Written(DateOnly day) => day.ToString("dd MMM yyyy", CultureInfo.InvariantCulture);

    // As Python's str.strip, which Jinja's trim is: .NET's white space and four separators more.
    private static string Strip(string text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && IsSpace(text[start]))
            start++;
        while (end > start && IsSpace(text[end - 1]))
            end--;
        return text[start..end];

        static bool IsSpace(char letter) => char.IsWhiteSpace(letter) || letter is >= '\u001C' and <= '\u001F';
    }
}
