using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Counts what a guarded client does.</summary>
/// <remarks>Safe for use from several threads.</remarks>
internal sealed class ChatTally(ChatBudget prices)
{
    private readonly Lock _lock = new();
    private ChatUsage _usage = new();

    /// <summary>The totals so far.</summary>
    public ChatUsage Usage
    {
        get
        {
            lock (_lock)
                return _usage with { Cost = prices.CostOf(_usage.InputTokens, _usage.OutputTokens) };
        }
    }

    /// <summary>Counts a request that is sent.</summary>
    public void Attempt(bool isRetry)
    {
        lock (_lock)
            _usage = _usage with { Attempts = _usage.Attempts + 1, Retries = _usage.Retries + (isRetry ? 1 : 0) };
    }

    /// <summary>Counts an answer of the server.</summary>
    public void Answer(UsageDetails tokens)
    {
        lock (_lock)
        {
            _usage = _usage with
            {
                AnsweredCalls = _usage.AnsweredCalls + 1,
                InputTokens = _usage.InputTokens + tokens.InputTokenCount.GetValueOrDefault(),
                OutputTokens = _usage.OutputTokens + tokens.OutputTokenCount.GetValueOrDefault(),
            };
        }
    }

    /// <summary>Counts an answer that cost nothing.</summary>
    public void Replay()
    {
        lock (_lock)
            _usage = _usage with { ReplayedAnswers = _usage.ReplayedAnswers + 1 };
    }
}
