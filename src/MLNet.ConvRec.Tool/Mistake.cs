using System.ClientModel;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool;

/// <summary>Tells what a user can mend from what is wrong in the code.</summary>
internal static class Mistake
{
    /// <summary>Returns the sentence for the user; <see langword="null"/> where the fault is the code's.</summary>
    /// <remarks>ML.NET reads rows on threads of its own and wraps what goes wrong there, so that the cause may lie within.</remarks>
    public static string? SentenceOf(Exception problem)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is ArgumentException { ParamName: { } name })
                return cause.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal);
            // Chat models' failures come as ChatFailedException.
            if (cause is ClientResultException or HttpRequestException)
                return $"The embedding model gave no answer: {OneLine(cause.Message)}";
            if (cause is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException
                or TorchUnavailableException or GpuUnavailableException or TrainingDivergedException or ChatBudgetSpentException or ChatFailedException)
                return cause.Message;
        }

        return null;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Returns whether the user stopped the run.</summary>
    public static bool IsStop(Exception problem)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is OperationCanceledException)
                return true;
        }

        return false;
    }
}
