using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>An answer as a <see cref="ChatJournal"/> keeps it.</summary>
/// <param name="Text">The answer's text.</param>
/// <param name="Model">Who wrote it, or <see langword="null"/> where the server did not tell.</param>
/// <param name="InputTokens">Tokens of the prompt.</param>
/// <param name="OutputTokens">Tokens of the answer.</param>
public sealed record ChatAnswer(string Text, string? Model, long InputTokens, long OutputTokens)
{
    /// <summary>Takes from a response what is kept of it.</summary>
    internal static ChatAnswer Of(ChatResponse response) => new(
        response.Text,
        response.ModelId,
        response.Usage?.InputTokenCount ?? 0,
        response.Usage?.OutputTokenCount ?? 0);

    /// <summary>Makes a response of it.</summary>
    internal ChatResponse ToResponse() => new(new ChatMessage(ChatRole.Assistant, Text))
    {
        ModelId = Model,
        Usage = new UsageDetails
        {
            InputTokenCount = InputTokens,
            OutputTokenCount = OutputTokens,
            TotalTokenCount = InputTokens + OutputTokens,
        },
    };
}
