using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>A chat client made safe for long runs that cost money.</summary>
/// <remarks>
/// From the outside in: a journal that pays for no answer twice, a gate that bounds how many requests are under way, a budget, and retries.
/// Safe for use from several threads. Disposing it closes the journal and disposes the client within. The client within should not retry by
/// itself: its attempts would multiply with these.
/// </remarks>
public sealed class GuardedChatClient : DelegatingChatClient
{
    private readonly ChatTally _tally;

    private GuardedChatClient(IChatClient pipeline, ChatTally tally)
        : base(pipeline) => _tally = tally;

    /// <summary>What it has done so far.</summary>
    public ChatUsage Usage => _tally.Usage;

    /// <summary>Guards a client.</summary>
    /// <param name="inner">The client that asks the model.</param>
    /// <param name="options">How.</param>
    /// <param name="clock">The time of waits and time-outs; <see langword="null"/>: the system's.</param>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    /// <exception cref="IOException">Another run has the journal open.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged; the sentence names file and line.</exception>
    public static GuardedChatClient Create(IChatClient inner, ChatGuardOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var journal = options.JournalPath is null ? null : ChatJournal.Open(options.JournalPath);
        var tally = new ChatTally(options.Budget);
        IChatClient pipeline = new ResilientChatClient(inner, options, tally, clock ?? TimeProvider.System);
        pipeline = new BudgetedChatClient(pipeline, new BudgetLedger(options.Budget, journal), tally);

        // The gate stands before the budget: a call that still waits for its turn must see what those before it have spent.
        pipeline = new GatedChatClient(pipeline, options.Concurrency);
        return new GuardedChatClient(journal is null ? pipeline : new JournalingChatClient(pipeline, journal, tally), tally);
    }

    /// <summary>Returns the answer to a request: the journal's, or else the model's.</summary>
    /// <param name="messages">The messages; of text alone where there is a journal.</param>
    /// <param name="options">The options of the request.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The answer; where there is a journal its text, model and tokens alone.</returns>
    /// <exception cref="ChatBudgetSpentException">The budget is spent.</exception>
    /// <exception cref="ChatFailedException">The server refuses, or did not answer in all its attempts.</exception>
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);

        // Several attempts read them.
        ChatMessage[] asked = [.. messages];
        return base.GetResponseAsync(asked, options, cancellationToken);
    }

    /// <summary>Returns the whole answer of <see cref="GetResponseAsync"/> as updates, all at once: half an answer can't be kept.</summary>
    /// <param name="messages">The messages; of text alone where there is a journal.</param>
    /// <param name="options">The options of the request.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (var update in response.ToChatResponseUpdates())
            yield return update;
    }
}
