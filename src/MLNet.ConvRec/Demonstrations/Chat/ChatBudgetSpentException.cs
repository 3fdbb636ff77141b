namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>A <see cref="ChatBudget"/> is spent, so that no call is made; the sentence tells what was spent and what to do.</summary>
/// <remarks>Is thrown when nothing is under way any more, so that whoever cancels all the rest on it loses no answer.</remarks>
public sealed class ChatBudgetSpentException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was spent, and what to do.</param>
    public ChatBudgetSpentException(string message)
        : base(message)
    {
    }
}
