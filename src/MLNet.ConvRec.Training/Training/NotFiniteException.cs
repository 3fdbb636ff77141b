namespace MLNet.ConvRec.Training;

/// <summary>Something that a step computed is no number. The stage's loop, which knows the step and the checkpoints, makes the user's sentence of it.</summary>
/// <param name="what">What it is.</param>
/// <param name="value">NaN or an infinity.</param>
/// <param name="dialogues">The ids of the dialogues that it was computed of; <see langword="null"/>: those of the step's batch.</param>
internal sealed class NotFiniteException(string what, double value, IReadOnlyList<string>? dialogues) : Exception($"The {what} became {value}.")
{
    public string What => what;

    public double Value => value;

    public IReadOnlyList<string>? Dialogues => dialogues;

    /// <summary>Throws where a value is no number.</summary>
    public static void ThrowIfNotFinite(string what, double value, Func<IReadOnlyList<string>>? dialogues = null)
    {
        if (!double.IsFinite(value))
            throw new NotFiniteException(what, value, dialogues?.Invoke());
    }
}
