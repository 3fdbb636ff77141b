namespace MLNet.ConvRec.Policy;

/// <summary>TorchSharp's native libraries are missing or can't be loaded; the message tells the cause and the package to add.</summary>
public sealed class TorchUnavailableException : InvalidOperationException
{
    /// <summary>Initializes an exception without a cause.</summary>
    public TorchUnavailableException()
    {
    }

    /// <summary>Initializes an exception with its sentence.</summary>
    /// <param name="message">Cause and remedy.</param>
    public TorchUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with its sentence and what was caught.</summary>
    /// <param name="message">Cause and remedy.</param>
    /// <param name="innerException">What the loader said.</param>
    public TorchUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
