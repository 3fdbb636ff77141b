using Microsoft.Extensions.AI;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Asks a language model for lists.</summary>
/// <remarks>
/// Any <see cref="IChatClient"/> will do; one that is paid for belongs into a <see cref="GuardedChatClient"/>. Safe for use from several
/// threads if the client is.
/// </remarks>
public sealed class ChatTeacher : ITeacher
{
    private readonly IChatClient _client;
    private readonly ChatTeacherOptions _options;

    /// <summary>Makes a teacher of a client.</summary>
    /// <param name="client">The client; it stays the caller's to dispose.</param>
    /// <param name="options">How to ask; <see langword="null"/>: the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public ChatTeacher(IChatClient client, ChatTeacherOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? new ChatTeacherOptions();
        _options.Validate();
        Name = _options.ModelId ?? client.GetService<ChatClientMetadata>()?.DefaultModelId ?? "chat";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsSimulated => false;

    /// <inheritdoc/>
    /// <remarks>All lines of the answer that hold anything, as written; telling titles from prose is the list reader's.</remarks>
    public async ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        var asked = new ChatOptions
        {
            ModelId = _options.ModelId,
            Temperature = _options.Temperature,
            MaxOutputTokens = _options.MaxOutputTokens,
        };
        var response = await _client
            .GetResponseAsync(_options.Prompts.ForList(dialogue, _options.ListLength), asked, cancellationToken)
            .ConfigureAwait(false);
        return new TeacherList(dialogue.Id, response.ModelId ?? Name, Lines(response.Text));
    }

    private static string[] Lines(string answer) =>
        [.. answer.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(line => !string.IsNullOrWhiteSpace(line))];
}
