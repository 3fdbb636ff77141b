using System.Globalization;
using Microsoft.Extensions.AI;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Keeps account of a budget: a call is reserved before it is sent and settled when it ends.</summary>
/// <remarks>Safe for use from several threads.</remarks>
internal sealed class BudgetLedger
{
    private readonly ChatBudget _budget;
    private readonly string? _journalPath;
    private readonly Lock _lock = new();
    private TaskCompletionSource _settled = New();
    private long _underWay;
    private long _answered;
    private long _inputTokens;
    private long _outputTokens;

    /// <summary>Opens the account with what the journal says was paid for earlier.</summary>
    public BudgetLedger(ChatBudget budget, ChatJournal? journal)
    {
        _budget = budget;
        _journalPath = journal?.Path;
        (_answered, _inputTokens, _outputTokens) = (journal?.Count ?? 0, journal?.InputTokens ?? 0, journal?.OutputTokens ?? 0);
    }

    private decimal Cost => _budget.CostOf(_inputTokens, _outputTokens);

    /// <summary>
    /// Reserves a call. With nothing left it waits for the calls that are under way: one that fails gives its reservation back.
    /// </summary>
    /// <exception cref="ChatBudgetSpentException">Nothing is left, and nothing is under way any more.</exception>
    public async Task ReserveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task settled;
            lock (_lock)
            {
                if (Spent(_underWay) is null)
                {
                    _underWay++;
                    return;
                }

                if (_underWay == 0)
                    throw new ChatBudgetSpentException(Sentence(Spent(0)!));
                settled = _settled.Task;
            }

            await settled.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a reserved call.</summary>
    /// <param name="tokens">What it took, or <see langword="null"/> if there was no answer.</param>
    public void Settle(UsageDetails? tokens)
    {
        TaskCompletionSource settled;
        lock (_lock)
        {
            _underWay--;
            _answered += tokens is null ? 0 : 1;
            _inputTokens += tokens?.InputTokenCount ?? 0;
            _outputTokens += tokens?.OutputTokenCount ?? 0;
            (settled, _settled) = (_settled, New());
        }

        settled.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The limit that is reached, or null.
    private string? Spent(long underWay)
    {
        if (_answered + underWay >= _budget.MaxCalls)
            return string.Create(CultureInfo.InvariantCulture, $"ChatBudget.MaxCalls = {_budget.MaxCalls}");
        if (_inputTokens + _outputTokens >= _budget.MaxTokens)
            return string.Create(CultureInfo.InvariantCulture, $"ChatBudget.MaxTokens = {_budget.MaxTokens}");
        return Cost >= _budget.MaxCost ? string.Create(CultureInfo.InvariantCulture, $"ChatBudget.MaxCost = {_budget.MaxCost}") : null;
    }

    private string Sentence(string limit)
    {
        var cost = Cost > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {Cost:0.00##} in cost") : "";
        var spent = string.Create(
            CultureInfo.InvariantCulture, $"{_answered:N0} calls, {_inputTokens:N0} tokens in, {_outputTokens:N0} out{cost}");
        var remedy = _journalPath is null
            ? "raise it and run again; set ChatGuardOptions.JournalPath so that no answer is paid for twice."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"raise it and run again: {_answered:N0} answers are in the journal {_journalPath} and are not paid for again.");
        return $"The budget is spent ({limit}): {spent}; {remedy}";
    }
}
