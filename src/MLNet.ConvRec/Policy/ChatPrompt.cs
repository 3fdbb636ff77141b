using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy.Prompts;

namespace MLNet.ConvRec.Policy;

/// <summary>
/// Writes dialogues as the policy reads them: system text, turns, and the ask for a list, as its chat template lays them out.
/// </summary>
/// <remarks>
/// The formats of Qwen (ChatML) and Llama 3 are written here, not by the template itself. Each message is encoded as text between control
/// tokens, so that nothing written in a dialogue becomes one. Safe for use from several threads.
/// </remarks>
public sealed class ChatPrompt
{
    // Enough for the ask to stand after some of what was said; with less a prompt would say nothing.
    private const int LeastDialogueTokens = 8;

    private readonly ChatFormat _format;
    private readonly int[] _opening;
    private readonly int[] _answerStart;
    private readonly string _ask;

    /// <summary>Makes the prompt writer of a policy.</summary>
    /// <param name="tokenizer">
    /// The policy's tokenizer; it has the control tokens of ChatML or of Llama 3.
    /// </param>
    /// <param name="options">What is said around a dialogue.</param>
    /// <exception cref="InvalidDataException">The tokenizer has no such control tokens, or no token for the line break.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or system text and ask leave no room for the dialogue.</exception>
    public ChatPrompt(PolicyTokenizer tokenizer, PromptOptions options)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Tokenizer = tokenizer;
        Options = options;
        _format = tokenizer.Format;
        NewLineToken = tokenizer.Encode("\n") is [var newLine]
            ? newLine
            : throw new InvalidDataException("The tokenizer has no single token for the line break; list lines can't be told apart.");
        _ask = options.Ask.Replace("{N}", options.ListLength.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        _opening = Tokens(_format.Opening(options.System, options.Today));
        _answerStart = Tokens(_format.AnswerStart());
        var fixedTokens = _opening.Length + _answerStart.Length + Message("user", _ask).Length;
        if (fixedTokens + LeastDialogueTokens > options.MaxPromptTokens)
        {
            throw new ArgumentException(
                $"PromptOptions.MaxPromptTokens is {options.MaxPromptTokens}, but system text and ask take {fixedTokens}; "
                + $"allow at least {fixedTokens + LeastDialogueTokens}.");
        }
    }

    /// <summary>The policy's tokenizer.</summary>
    public PolicyTokenizer Tokenizer { get; }

    /// <summary>What is said around a dialogue.</summary>
    public PromptOptions Options { get; }

    /// <summary>The token that ends each line of a list.</summary>
    public int NewLineToken { get; }

    /// <summary>The tokens before the first message: system text and all.</summary>
    internal IReadOnlyList<int> Opening => _opening;

    /// <summary>The tokens after the last message.</summary>
    internal IReadOnlyList<int> AnswerStart => _answerStart;

    /// <summary>The words that ask for the list, with its length.</summary>
    internal string Ask => _ask;

    /// <summary>How a message of a role is written.</summary>
    internal MessageLayout LayoutOf(string role) => MessageLayout.Of(_format, role, Tokens);

    /// <summary>Encodes the prompt of a dialogue, up to where the assistant's list begins.</summary>
    /// <param name="dialogue">The dialogue. If it is too long its oldest text is left out, never the end of the newest.</param>
    /// <returns>At most <see cref="PromptOptions.MaxPromptTokens"/> token ids.</returns>
    public int[] Encode(Dialogue dialogue) =>
        [.. _opening, .. Shorten(dialogue).SelectMany(message => message.Tokens), .. _answerStart];

    /// <summary>Encodes a line of a list: <see cref="ListLine.Format"/> and the line break.</summary>
    /// <param name="title">The title; it is text, whatever it spells.</param>
    /// <param name="year">The year, or <see langword="null"/>.</param>
    /// <returns>Token ids; the last is <see cref="NewLineToken"/>, which stands nowhere else among them.</returns>
    public int[] EncodeLine(string title, int? year) => [.. Tokenizer.Encode(ListLine.Format(title, year)), NewLineToken];

    /// <summary>Encodes the lines of a catalog, in its order, as a trie.</summary>
    internal TokenTrie TrieOf(ItemCatalog catalog) => TokenTrie.Build([.. catalog.Items.Select(item => EncodeLine(item.Title, item.Year))]);

    /// <summary>Writes the prompt that <see cref="Encode"/> encodes as text, for people and for comparison with a chat template.</summary>
    /// <param name="dialogue">The dialogue.</param>
    public string Render(Dialogue dialogue) => string.Concat(
        _format.Opening(Options.System, Options.Today)
            .Concat(Shorten(dialogue).SelectMany(message => _format.Message(message.Role, message.Content)))
            .Concat(_format.AnswerStart())
            .Select(part => part.Text));

    // The messages after the system's, the ask in the last of them.
    private (string Role, string Content)[] Messages(Dialogue dialogue)
    {
        var messages = dialogue.Turns.Select(turn => (Role: turn.Role == Role.User ? "user" : "assistant", Content: turn.Text)).ToList();
        if (messages is [.., (Role: "user", _)])
            messages[^1] = ("user", WithAsk(messages[^1].Content));
        else
            messages.Add(("user", _ask));
        return [.. messages];
    }

    private string WithAsk(string text) => text.Length == 0 ? _ask : $"{text}\n{_ask}";

    // From the newest message back, as long as there is room; the first that doesn't fit keeps its end.
    private List<(string Role, string Content, int[] Tokens)> Shorten(Dialogue dialogue)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        var kept = new List<(string, string, int[])>();
        var room = Options.MaxPromptTokens - _opening.Length - _answerStart.Length;
        foreach (var (role, content) in Messages(dialogue).Reverse())
        {
            var tokens = Message(role, content);
            if (tokens.Length <= room)
            {
                kept.Add((role, content, tokens));
                room -= tokens.Length;
                continue;
            }

            if (End(role, content, room) is { Length: > 0 } end)
                kept.Add((role, end, Message(role, end)));
            break;
        }

        kept.Reverse();
        return kept;
    }

    // The longest end of a message's content, cut between tokens, that fits; possibly nothing.
    private string End(string role, string content, int room)
    {
        var tokens = Tokenizer.Encode(content);
        var count = Math.Min(tokens.Length, room - Message(role, "").Length);
        while (count > 0)
        {
            // A cut within a character leaves a piece of it; a cut within a run of pieces may encode to more tokens than it had.
            var end = Tokenizer.Decode(tokens[^count..]).TrimStart('\uFFFD').TrimStart();
            var excess = Message(role, end).Length - room;
            if (excess <= 0)
                return end;
            count -= excess;
        }

        return "";
    }

    private int[] Message(string role, string content) => Tokens(_format.Message(role, content));

    private int[] Tokens(IEnumerable<PromptPart> parts) =>
        [.. parts.SelectMany(part => part.IsControl ? [Tokenizer.ControlToken(part.Text)] : Tokenizer.Encode(part.Text))];
}
