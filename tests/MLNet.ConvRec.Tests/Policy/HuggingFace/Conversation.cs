using System.Text;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>A dialogue with what is said around it, and the messages that this makes of it, as a chat template takes them.</summary>
internal sealed record Conversation(Dialogue Dialogue, PromptOptions Prompt)
{
    /// <summary>The messages: the system text unless it is empty, the turns, and the ask at the end of the user's last.</summary>
    public IReadOnlyList<Message> Messages
    {
        get
        {
            var messages = new List<Message>();
            if (Prompt.System.Length > 0)
                messages.Add(new Message("system", Prompt.System));
            messages.AddRange(Dialogue.Turns.Select(turn => new Message(turn.Role == Role.User ? "user" : "assistant", turn.Text)));
            if (messages is not [.., { Role: "user" } last])
                messages.Add(new Message("user", Prompt.Ask));
            else
                messages[^1] = new Message("user", last.Content.Length == 0 ? Prompt.Ask : $"{last.Content}\n{Prompt.Ask}");
            return messages;
        }
    }

    /// <summary>Conversations of one to seven turns in all orders of roles, with and without a system text.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed gives the same ones.</param>
    public static Conversation[] Many(int count, int seed)
    {
        var random = new Random(seed);
        string[] systems = ["", "You recommend films.", "  Two\n lines. \n", "It's \"quoted\" \\ here", " "];
        return [.. Enumerable.Range(0, count).Select(i => new Conversation(
            new Dialogue { Id = $"{i}", Turns = [.. Enumerable.Range(0, random.Next(0, 8)).Select(_ => OneTurn(random))] },
            new PromptOptions
            {
                System = systems[i % systems.Length],
                Ask = "List the titles.",
                MaxPromptTokens = 100_000,
                Today = new DateOnly(2024, 7, 26).AddDays(random.Next(0, 900)),
            }))];
    }

    private static Turn OneTurn(Random random) => new(
        random.Next(2) == 0 ? Role.User : Role.Assistant,
        string.Concat(Enumerable.Range(0, random.Next(0, 6)).Select(_ => Part(random))));

    // JavaScript's trim differs from Jinja's in six characters, which are left out: U+FEFF, U+0085, U+001C to U+001F.
    private static string Part(Random random)
    {
        string[] parts =
        [
            " ", "\n", "\t ", "\n\n", "\u00A0", "\u2028", "\u3000", "\r\n", "Arrival (2016)", "I liked it.", "千と千尋", "😀", "e\u0301", "it's", "'", "\"", "\\n", "{{ x }}",
            "{% if %}", "system\n", "Today Date: ", "2001", "</think>\n\nso", "<think>",
        ];
        return parts[random.Next(parts.Length)];
    }
}

/// <summary>A message as a chat template takes it.</summary>
internal sealed record Message(string Role, string Content);
