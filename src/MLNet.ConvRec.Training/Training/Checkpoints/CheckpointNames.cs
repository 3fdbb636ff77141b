using System.Globalization;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>The names of a checkpoint's files and folders.</summary>
internal static class CheckpointNames
{
    public const string Weights = "weights.safetensors";
    public const string Optimizer = "optimizer.safetensors";
    public const string Best = "best.safetensors";
    public const string Random = "random.bin";
    public const string Manifest = "manifest.json";

    /// <summary>Holds the manifest's hash; written last.</summary>
    public const string Complete = "complete";

    /// <summary>What is being written.</summary>
    public const string Partial = ".partial";

    /// <summary>What is being deleted.</summary>
    public const string Removed = ".removed";

    /// <summary>What was found damaged.</summary>
    public const string Damaged = ".damaged";

    /// <summary>What holds weights from which the next step computed no numbers.</summary>
    public const string Failed = ".failed";

    private const string Prefix = "step-";

    public static string OfStep(string folder, int step) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step}"));

    /// <summary>Returns the step of a complete checkpoint's folder; <see langword="null"/> for any other.</summary>
    public static int? StepOf(string folder)
    {
        var name = Path.GetFileName(folder);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : null;
    }

    /// <summary>Whether a folder was left by a process that ended while it wrote or deleted a checkpoint.</summary>
    public static bool IsLeftover(string folder) =>
        Path.GetExtension(folder) is Partial or Removed && StepOf(Path.ChangeExtension(folder, null)) is not null;
}
