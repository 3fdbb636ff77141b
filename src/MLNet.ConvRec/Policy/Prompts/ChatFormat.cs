namespace MLNet.ConvRec.Policy.Prompts;

/// <summary>A part of a prompt: text, or the content of a control token.</summary>
internal readonly record struct PromptPart(string Text, bool IsControl)
{
    public static PromptPart Control(string content) => new(content, IsControl: true);

    public static implicit operator PromptPart(string text) => new(text, IsControl: false);
}

/// <summary>How messages are laid out between control tokens: <see cref="ChatMl"/> or <see cref="Llama3Chat"/>.</summary>
internal abstract record ChatFormat
{
    /// <summary>The control token that ends a turn.</summary>
    public abstract string EndOfTurn { get; }

    /// <summary>The control token that begins a prompt, or <see langword="null"/>.</summary>
    public abstract string? BeginOfText { get; }

    /// <summary>The control token that ends a text in pre-training.</summary>
    public abstract string EndOfText { get; }

    /// <summary>The system text where the messages begin without one; empty: no system turn.</summary>
    public string DefaultSystem { get; init; } = "";

    /// <summary>Writes what comes before the first turn of the dialogue.</summary>
    /// <param name="system">The system text; empty: the messages begin without one.</param>
    /// <param name="today">The day that is named, where the format names one.</param>
    public abstract IEnumerable<PromptPart> Opening(string system, DateOnly today);

    /// <summary>Writes a message.</summary>
    public abstract IEnumerable<PromptPart> Message(string role, string content);

    /// <summary>Writes what comes before the answer.</summary>
    public abstract IEnumerable<PromptPart> AnswerStart();

    /// <summary>The format for which a tokenizer has the control tokens, or <see langword="null"/>.</summary>
    public static ChatFormat? Of(IReadOnlyDictionary<string, int> controlTokens) =>
        new ChatFormat[] { new ChatMl(), new Llama3Chat() }.FirstOrDefault(format => controlTokens.ContainsKey(format.EndOfTurn));
}
