namespace MLNet.ConvRec.Policy;

/// <summary>What is said around a dialogue to ask the policy for a list.</summary>
/// <remarks>Part of a trained policy: it is saved with it, since other words than those of training ask for something unknown.</remarks>
public sealed record PromptOptions
{
    /// <summary>
    /// The system text; empty leaves the system turn out. The default is one short sentence, since every token costs time.
    /// </summary>
    public string System { get; init; } = "Recommend items of the catalog.";

    /// <summary>
    /// The words that ask for the list, at the end of the last user turn; <c>{N}</c> stands for <see cref="ListLength"/>. The default is
    /// <c>List {N} titles.</c>
    /// </summary>
    public string Ask { get; init; } = "List {N} titles.";

    /// <summary>Number N of items asked for. The default is 20.</summary>
    public int ListLength { get; init; } = 20;

    /// <summary>The most tokens of a prompt; a longer dialogue loses its oldest text. The default is 512.</summary>
    public int MaxPromptTokens { get; init; } = 512;

    /// <summary>
    /// The day that a Llama 3.1 or later prompt calls today's; other formats name none. The default is 26 July 2024, which its template
    /// names where no clock is given: a policy is asked with the words of its training, never with another day's.
    /// </summary>
    public DateOnly Today { get; init; } = new(2024, 7, 26);

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        if (System is null)
            throw new ArgumentException("PromptOptions.System is null; use an empty text to leave the system turn out.");
        if (string.IsNullOrWhiteSpace(Ask))
            throw new ArgumentException("PromptOptions.Ask is empty; write what asks for the list, such as \"List {N} titles.\".");
        if (ListLength < 1)
            throw new ArgumentException($"PromptOptions.ListLength is {ListLength}; a list has at least 1 item.");
        if (MaxPromptTokens < 1)
            throw new ArgumentException($"PromptOptions.MaxPromptTokens is {MaxPromptTokens}; it must be positive.");
    }
}
