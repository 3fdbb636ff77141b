namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>What a run may spend on a language model. By default nothing is limited.</summary>
/// <remarks>
/// Where there is a journal, the budget is that of the journal: what earlier runs paid for counts too, at today's prices, so that a run
/// that is killed and started again spends no more than one that is not.
/// </remarks>
public sealed record ChatBudget
{
    /// <summary>The most calls that are answered, exactly; <see langword="null"/>, the default, sets no limit.</summary>
    public long? MaxCalls { get; init; }

    /// <summary>
    /// No call begins once so many tokens, in and out, are spent; calls that are under way finish. <see langword="null"/>, the default,
    /// sets no limit.
    /// </summary>
    public long? MaxTokens { get; init; }

    /// <summary>
    /// No call begins once so much is spent, in the currency of the prices; calls that are under way finish. <see langword="null"/>, the
    /// default, sets no limit.
    /// </summary>
    public decimal? MaxCost { get; init; }

    /// <summary>The price of a million tokens of prompts. The default is 0.</summary>
    public decimal InputPricePerMillion { get; init; }

    /// <summary>The price of a million tokens of answers. The default is 0.</summary>
    public decimal OutputPricePerMillion { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        Require(MaxCalls is null or >= 0, nameof(MaxCalls), MaxCalls, "0 or more");
        Require(MaxTokens is null or >= 0, nameof(MaxTokens), MaxTokens, "0 or more");
        Require(MaxCost is null or >= 0, nameof(MaxCost), MaxCost, "0 or more");
        Require(InputPricePerMillion >= 0, nameof(InputPricePerMillion), InputPricePerMillion, "0 or more");
        Require(OutputPricePerMillion >= 0, nameof(OutputPricePerMillion), OutputPricePerMillion, "0 or more");
        if (MaxCost is not null && InputPricePerMillion == 0 && OutputPricePerMillion == 0)
        {
            throw new ArgumentException(
                "ChatBudget.MaxCost is set without a price; set InputPricePerMillion or OutputPricePerMillion too.");
        }
    }

    /// <summary>What tokens cost at these prices.</summary>
    internal decimal CostOf(long inputTokens, long outputTokens) =>
        ((inputTokens * InputPricePerMillion) + (outputTokens * OutputPricePerMillion)) / 1_000_000m;

    private static void Require(bool isValid, string option, object? value, string range)
    {
        if (!isValid)
            throw new ArgumentException(FormattableString.Invariant($"ChatBudget.{option} is {value}; it must be {range}."));
    }
}
