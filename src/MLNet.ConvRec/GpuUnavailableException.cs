namespace MLNet.ConvRec;

/// <summary>The GPU that was asked for can't be used here; the message tells the cause and the remedy.</summary>
public sealed class GpuUnavailableException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public GpuUnavailableException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Cause and remedy.</param>
    public GpuUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Cause and remedy.</param>
    /// <param name="innerException">What was thrown before.</param>
    public GpuUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
