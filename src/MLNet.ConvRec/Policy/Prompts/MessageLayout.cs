using System.Text.Json.Serialization;

namespace MLNet.ConvRec.Policy.Prompts;

/// <summary>How a message of one role is written: <see cref="Start"/>, the tokens of <see cref="TextBefore"/> with the content, <see cref="End"/>.</summary>
/// <param name="Start">Token ids.</param>
/// <param name="TextBefore">
/// Text before the content, of one piece with it: encoded alone it could give other tokens.
/// </param>
/// <param name="End">Token ids.</param>
internal sealed record MessageLayout(
    [property: JsonPropertyName("start")] IReadOnlyList<int> Start,
    [property: JsonPropertyName("textBefore")] string TextBefore,
    [property: JsonPropertyName("end")] IReadOnlyList<int> End)
{
    // Stands for a message's content; no format writes it.
    private const string Content = "\u0001";

    /// <summary>Finds how a format writes messages of a role.</summary>
    /// <param name="format">The format.</param>
    /// <param name="role">The role.</param>
    /// <param name="encode">Gives the tokens of parts.</param>
    public static MessageLayout Of(ChatFormat format, string role, Func<IEnumerable<PromptPart>, int[]> encode)
    {
        PromptPart[] parts = [.. format.Message(role, Content)];
        var at = Array.FindIndex(parts, part => part.Text.EndsWith(Content, StringComparison.Ordinal));
        return new MessageLayout(encode(parts[..at]), parts[at].Text[..^Content.Length], encode(parts[(at + 1)..]));
    }
}
