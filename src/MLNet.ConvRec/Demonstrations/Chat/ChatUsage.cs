using System.Globalization;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>What a <see cref="GuardedChatClient"/> has done since it was made.</summary>
public sealed record ChatUsage
{
    /// <summary>How many calls the server answered.</summary>
    public long AnsweredCalls { get; init; }

    /// <summary>How many answers cost nothing: they were in the journal, or came from an identical request that was under way.</summary>
    public long ReplayedAnswers { get; init; }

    /// <summary>How many requests were sent.</summary>
    public long Attempts { get; init; }

    /// <summary>How many of the requests were sent because an earlier one had failed.</summary>
    public long Retries { get; init; }

    /// <summary>Tokens of the prompts that were answered.</summary>
    /// <remarks>Where a server does not tell, one for each three bytes of text is counted; likewise for answers.</remarks>
    public long InputTokens { get; init; }

    /// <summary>Tokens of the answers.</summary>
    public long OutputTokens { get; init; }

    /// <summary>What the tokens cost at the budget's prices.</summary>
    public decimal Cost { get; init; }

    /// <summary>Tells the totals in one sentence.</summary>
    public string Describe()
    {
        var cost = Cost > 0 ? string.Create(CultureInfo.InvariantCulture, $", cost {Cost:0.00##}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{AnsweredCalls:N0} calls answered in {Attempts:N0} attempts ({Retries:N0} retries), {ReplayedAnswers:N0} answers replayed, "
            + $"{InputTokens:N0} tokens in, {OutputTokens:N0} out{cost}.");
    }
}
