using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Chat;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>How a chat model is asked for a list in one call.</summary>
public sealed record ZeroShotOptions
{
    /// <summary>How the list is asked for: its length, temperature, model and prompt. The default is 20 items at temperature 0.</summary>
    public ChatTeacherOptions Chat { get; init; } = new();

    /// <summary>How many dialogues are asked about at the same time. The default is 20.</summary>
    public int Concurrency { get; init; } = 20;

    /// <summary>Ends the asking; so does the context's own cancellation. The default never does.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        if (Chat is null)
            throw new ArgumentException("ZeroShotOptions.Chat is null; it must be options, such as new ChatTeacherOptions().");
        if (Concurrency < 1)
            throw new ArgumentException($"ZeroShotOptions.Concurrency is {Concurrency}; it must be 1 or more.");
        Chat.Validate();
    }
}
