using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>The calls for one dialogue: a step whose answer can't be read is asked once more, as long as the dialogue may.</summary>
internal sealed class StepCalls(IChatClient client, CragOptions options, CallCounter calls, CancellationToken cancellationToken)
{
    private const int MostRepetitions = 2;

    private int _repetitions;

    /// <summary>Asks a step's question.</summary>
    /// <param name="question">The question in full.</param>
    /// <param name="read">Reads an answer; <see langword="null"/> for one that can't be read.</param>
    /// <returns>What was read, or <see langword="null"/> if the answer stayed unreadable.</returns>
    public async Task<T?> AskAsync<T>(string question, Func<string, T?> read)
        where T : class
    {
        List<ChatMessage> messages = [new ChatMessage(ChatRole.User, question)];
        for (var isRepeated = false; ; isRepeated = true)
        {
            var answer = await AnswerAsync(messages).ConfigureAwait(false);
            if (read(answer) is { } result)
                return result;
            calls.AddUnreadable();
            if (isRepeated || _repetitions == MostRepetitions)
                break;
            _repetitions++;
            if (!string.IsNullOrWhiteSpace(answer))
                messages.Add(new ChatMessage(ChatRole.Assistant, answer));
            messages.Add(new ChatMessage(ChatRole.User, options.Prompts.Again));
        }

        calls.AddGivenUp();
        return null;
    }

    private async Task<string> AnswerAsync(List<ChatMessage> messages)
    {
        var asked = new ChatOptions
        {
            ModelId = options.ModelId,
            Temperature = options.Temperature,
            MaxOutputTokens = options.MaxOutputTokens,
        };
        var response = await client.GetResponseAsync(messages, asked, cancellationToken).ConfigureAwait(false);
        return response.Text;
    }
}
