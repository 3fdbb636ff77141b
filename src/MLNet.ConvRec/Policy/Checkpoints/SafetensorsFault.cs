namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>The one error of files that break a rule of the safetensors form.</summary>
internal static class SafetensorsFault
{
    // A broken header may hold a name as long as the file.
    private const int ShownLength = 100;

    /// <summary>Makes the error of a file that is not whole.</summary>
    public static InvalidDataException NotWhole(string path, string what, Exception? cause = null) =>
        new($"{path}: {what}; copy the file again, it is not a whole safetensors file.", cause);

    /// <summary>Shortens a name for a sentence.</summary>
    public static string Shown(string name) => name.Length <= ShownLength ? name : $"{name.AsSpan(0, ShownLength)}…";
}
