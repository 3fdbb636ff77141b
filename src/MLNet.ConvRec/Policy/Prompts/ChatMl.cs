namespace MLNet.ConvRec.Policy.Prompts;

/// <summary>ChatML, as Qwen lays messages out; a message is text as it stands.</summary>
internal sealed record ChatMl : ChatFormat
{
    private static readonly PromptPart Start = PromptPart.Control("<|im_start|>");
    private static readonly PromptPart End = PromptPart.Control("<|im_end|>");

    public override string EndOfTurn => End.Text;

    public override string? BeginOfText => null;

    public override string EndOfText => "<|endoftext|>";

    /// <summary>
    /// Whether the assistant thinks before it answers (Qwen3): earlier thoughts are left out, and the answer begins after an empty one.
    /// </summary>
    public bool HasThoughts { get; init; }

    public override IEnumerable<PromptPart> Opening(string system, DateOnly today)
    {
        var text = system.Length > 0 ? system : DefaultSystem;
        return text.Length > 0 ? Message("system", text) : [];
    }

    public override IEnumerable<PromptPart> Message(string role, string content) =>
        [Start, $"{role}\n{(HasThoughts && role == "assistant" ? WithoutThoughts(content) : content)}", End, "\n"];

    public override IEnumerable<PromptPart> AnswerStart() => HasThoughts
        ? [Start, "assistant\n", PromptPart.Control("<think>"), "\n\n", PromptPart.Control("</think>"), "\n\n"]
        : [Start, "assistant\n"];

    // Qwen3's template looks for the written word, so that it is left out even where it is no control token.
    private static string WithoutThoughts(string content)
    {
        const string Thought = "</think>";
        var end = content.LastIndexOf(Thought, StringComparison.Ordinal);
        return end < 0 ? content : content[(end + Thought.Length)..].TrimStart('\n');
    }
}
