namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>A chat server gave no answer, and asking again now will not help; the sentence tells why and what to do.</summary>
public sealed class ChatFailedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why there is no answer, and what to do.</param>
    /// <param name="status">The HTTP status, or <see langword="null"/> if none came.</param>
    /// <param name="innerException">The last failure.</param>
    public ChatFailedException(string message, int? status, Exception? innerException)
        : base(message, innerException) => Status = status;

    /// <summary>The HTTP status of the last attempt, or <see langword="null"/> if none came.</summary>
    public int? Status { get; }
}
