using System.Globalization;

namespace MLNet.ConvRec.Training;

/// <summary>A training was stopped since a loss, a gradient or a probability became no number; no weight was changed by it. The message tells where, and what to do.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    private const int ShownDialogues = 8;

    /// <summary>Initializes an exception without a cause.</summary>
    public TrainingDivergedException()
    {
    }

    /// <summary>Initializes an exception with its sentence.</summary>
    /// <param name="message">Where it was, and the remedy.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with its sentence and what was caught.</summary>
    /// <param name="message">Where it was, and the remedy.</param>
    /// <param name="innerException">What was caught.</param>
    public TrainingDivergedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the sentence.</summary>
    /// <param name="fault">What is no number.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="step">The step, from 1 on.</param>
    /// <param name="dialogues">The ids of the dialogues that it was computed of.</param>
    /// <param name="rate">The option to lower, with its value.</param>
    /// <param name="resume">How to go on.</param>
    internal static TrainingDivergedException Of(NotFiniteException fault, string stage, int step, IReadOnlyList<string> dialogues, string rate, string resume)
    {
        var more = dialogues.Count > ShownDialogues ? $" and {dialogues.Count - ShownDialogues} more" : "";
        var place = dialogues.Count == 0 ? "" : $", in the dialogue{(dialogues.Count > 1 ? "s" : "")} {string.Join(", ", dialogues.Take(ShownDialogues))}{more}";
        return new TrainingDivergedException(
            string.Create(CultureInfo.InvariantCulture, $"The {stage} {fault.What} became {fault.Value} at step {step}{place}; no weight was changed by it. Lower {rate}, {resume}."), fault);
    }
}
