namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>How <see cref="GuardedChatClient"/> guards a client.</summary>
public sealed record ChatGuardOptions
{
    /// <summary>
    /// The file that keeps every answer, so that none is paid for twice; <see langword="null"/>, the default, keeps none.
    /// </summary>
    /// <remarks>
    /// Identical requests get the one answer that is kept; give each another <c>ChatOptions.Seed</c> to have several.
    /// </remarks>
    public string? JournalPath { get; init; }

    /// <summary>How many requests are under way at the same time. The default is 8.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>How often a request that failed for a passing reason is sent again. The default is 6.</summary>
    public int MaxRetries { get; init; } = 6;

    /// <summary>The longest wait before the first retry; each later one may be twice as long. The default is 1 second.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before any retry, unless the server asks for a longer one. The default is 60 seconds.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The longest wait that a server may ask for by Retry-After; one that asks for more ends the call. The default is 15 minutes.
    /// </summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long one attempt may take before it counts as failed. The default is 120 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// How long a request that was sent may still take after the caller cancels: it is paid for, and its answer goes to the journal.
    /// Without a journal it ends at once. The default is 10 seconds.
    /// </summary>
    public TimeSpan CancellationGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The seed of the waits' random part. The default is 3407.</summary>
    public int Seed { get; init; } = 3407;

    /// <summary>What may be spent. The default is no limit.</summary>
    public ChatBudget Budget { get; init; } = new();

    /// <summary>
    /// Tells whether an exception of a provider's own kind will pass, so that a retry makes sense; <see langword="null"/>, the default:
    /// none will. Is not asked about the exceptions of HTTP clients, of sockets and of time-outs, which are known.
    /// </summary>
    public Func<Exception, bool>? IsTransient { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        Require(JournalPath is null || !string.IsNullOrWhiteSpace(JournalPath), nameof(JournalPath), "blank", "a path, or null for none");
        Require(Concurrency >= 1, nameof(Concurrency), Concurrency, "1 or more");
        Require(MaxRetries >= 0, nameof(MaxRetries), MaxRetries, "0 or more");
        Require(IsWait(FirstDelay) && FirstDelay > TimeSpan.Zero, nameof(FirstDelay), FirstDelay, "more than 0 and at most a day");
        Require(
            IsWait(LongestDelay) && LongestDelay >= FirstDelay, nameof(LongestDelay), LongestDelay, "FirstDelay or more and at most a day");
        Require(IsWait(LongestRetryAfter), nameof(LongestRetryAfter), LongestRetryAfter, "from 0 to a day");
        Require(IsWait(Timeout) && Timeout > TimeSpan.Zero, nameof(Timeout), Timeout, "more than 0 and at most a day");
        Require(IsWait(CancellationGrace), nameof(CancellationGrace), CancellationGrace, "from 0 to a day");
        Require(Budget is not null, nameof(Budget), "null", "a budget, such as new ChatBudget()");
        Budget!.Validate();
    }

    private static bool IsWait(TimeSpan wait) => wait >= TimeSpan.Zero && wait <= TimeSpan.FromDays(1);

    private static void Require(bool isValid, string option, object? value, string range)
    {
        if (!isValid)
            throw new ArgumentException(FormattableString.Invariant($"ChatGuardOptions.{option} is {value}; it must be {range}."));
    }
}
