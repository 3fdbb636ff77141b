using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool;

/// <summary>Refuses an output that would destroy something, before any work is done.</summary>
internal static class OutputFile
{
    /// <summary>Checks the file that an option names.</summary>
    /// <param name="option">The option, such as <c>--output</c>.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="inputs">The files that the run reads.</param>
    /// <exception cref="ArgumentException">It is blank, a folder, or one of the inputs.</exception>
    public static void Require(string option, string path, IEnumerable<string> inputs)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new ArgumentException($"{option} must name a file.");
        if (Directory.Exists(path))
            throw new ArgumentException($"{option} {path} is a folder; name a file.");
        var full = Path.GetFullPath(WriteTarget.Of(path));
        if (inputs.Any(input => Path.GetFullPath(WriteTarget.Of(input)) == full))
            throw new ArgumentException($"{option} {path} is also read by this run; name another file.");
    }
}
