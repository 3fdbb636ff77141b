using System.Text;
using Microsoft.Extensions.AI;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Makes no call that a budget does not allow, and counts what each took.</summary>
internal sealed class BudgetedChatClient(IChatClient inner, BudgetLedger ledger, ChatTally tally) : DelegatingChatClient(inner)
{
    private const int BytesPerToken = 3;

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await ledger.ReserveAsync(cancellationToken).ConfigureAwait(false);
        UsageDetails? tokens = null;
        try
        {
            var response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
            response.Usage = tokens = Known(response, messages);
            tally.Answer(tokens);
            return response;
        }
        finally
        {
            ledger.Settle(tokens);
        }
    }

    // A server that doesn't tell must not make a budget endless; three bytes a token errs on the expensive side.
    private static UsageDetails Known(ChatResponse response, IEnumerable<ChatMessage> messages)
    {
        var usage = response.Usage ?? new UsageDetails();
        usage.InputTokenCount ??= messages.Sum(message => Estimate(message.Text));
        usage.OutputTokenCount ??= Estimate(response.Text);
        return usage;
    }

    private static long Estimate(string text) => (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;
}
