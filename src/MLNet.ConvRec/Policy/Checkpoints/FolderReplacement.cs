namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>
/// Writes a folder aside and then puts it in its place, so that a reader finds the old one or the new one, never half of one.
/// </summary>
internal static class FolderReplacement
{
    /// <summary>Writes a folder.</summary>
    /// <param name="folder">The folder. One that exists is replaced only if it holds nothing but <paramref name="files"/>.</param>
    /// <param name="files">The files that such a folder may hold, also in folders of its own: <c>onnx/model.onnx</c>.</param>
    /// <param name="write">Writes the files into the folder that it is given.</param>
    /// <exception cref="IOException">The folder holds something else, which would be lost.</exception>
    public static void Write(string folder, IReadOnlyCollection<string> files, Action<string> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(target))
            throw new IOException($"{folder}: this is a file; name a new or empty folder.");
        if (Foreign(target, files) is { } foreign)
            throw new IOException($"{folder}: the folder holds {foreign}, which would be lost; name a new or empty folder.");
        var partial = target + ".partial";
        Delete(partial);
        try
        {
            Directory.CreateDirectory(partial);
            write(partial);
            Replace(target, partial);
        }
        catch
        {
            Delete(partial);
            throw;
        }
    }

    private static void Replace(string target, string partial)
    {
        var earlier = target + ".earlier";
        Delete(earlier);
        var isReplaced = Directory.Exists(target);
        if (isReplaced)
            Directory.Move(target, earlier);
        try
        {
            Directory.Move(partial, target);
        }
        catch when (isReplaced)
        {
            Directory.Move(earlier, target);
            throw;
        }

        Delete(earlier);
    }

    private static string? Foreign(string folder, IReadOnlyCollection<string> files) => Directory.Exists(folder)
        ? Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .FirstOrDefault(name => !files.Any(file => file == name || file.StartsWith(name + "/", StringComparison.Ordinal)))
        : null;

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
