using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>Loads libraries after those that they need.</summary>
/// <remarks>
/// A wheel's libraries tell the system where the others are (RUNPATH). Where that isn't so, or the others were moved, those in
/// <paramref name="folders"/> are loaded first: the system takes a library that is loaded for one that it looks for by the same name.
/// </remarks>
/// <param name="folders">Where needed libraries are.</param>
internal sealed class LibtorchLoader(IEnumerable<string> folders)
{
    private readonly string[] _folders = [.. folders];
    private readonly HashSet<string> _tried = new(StringComparer.Ordinal);

    /// <summary>Loads a library.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="DllNotFoundException">It, or one that it needs, can't be loaded.</exception>
    public void Load(string path)
    {
        if (NativeLibrary.TryLoad(path, out _))
            return;
        foreach (var name in ElfLibrary.Read(path).Needed.Where(_tried.Add))
        {
            if (_folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } needed)
                Load(needed);
        }

        NativeLibrary.Load(path);
    }

    /// <summary>Returns what the system said, which .NET precedes by advice on how to find it out.</summary>
    public static string Cause(Exception error) =>
        error is DllNotFoundException && error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [_, .. var said] && said.Length > 0
            ? said[^1]
            : error.Message.Trim();
}
