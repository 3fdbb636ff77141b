using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>A libtorch that is installed somewhere: <c>torch/lib</c> of a PyTorch wheel, or <c>lib</c> of an unpacked libtorch.</summary>
/// <param name="Path">The folder of its libraries.</param>
internal sealed partial record LibtorchFolder(string Path)
{
    /// <summary>The library that every libtorch has.</summary>
    private const string First = "libc10.so";

    private static readonly string[] Always = [First, "libtorch_cpu.so", "libtorch.so"];

    // Each stands behind those that it needs.
    private static readonly string[] InOrder = [First, "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    /// <summary>The libraries to load, in order; those of CUDA where it has them.</summary>
    public IEnumerable<string> Libraries => InOrder.Select(PathOf).Where(File.Exists);

    /// <summary>The folders in which its libraries find those that they need: beside a wheel's <c>torch/</c> stand <c>nvidia/*/lib</c>.</summary>
    public IEnumerable<string> Neighbours => [Path, .. NvidiaFolders()];

    /// <summary>Its version, such as 2.10.0+cu128; <see langword="null"/> where no file tells.</summary>
    public string? Version => VersionFile("build-version") ?? VersionFile("version.txt") ?? VersionOfWheel();

    /// <summary>Finds the libraries in a folder or in its <c>lib</c>.</summary>
    /// <param name="given">The folder.</param>
    /// <exception cref="InvalidDataException">There is no such folder, or a library is missing in it.</exception>
    public static LibtorchFolder At(string given)
    {
        if (!Directory.Exists(given))
            throw new InvalidDataException("there is no such folder");
        var nested = new LibtorchFolder(System.IO.Path.Combine(given, "lib"));
        var folder = File.Exists(nested.PathOf(First)) ? nested : new LibtorchFolder(given);
        var missing = Always.FirstOrDefault(library => !File.Exists(folder.PathOf(library)));
        return missing is null ? folder : throw new InvalidDataException($"there is no {missing}");
    }

    /// <summary>Returns which of some symbols none of its libraries gives.</summary>
    /// <exception cref="InvalidDataException">A file is no library.</exception>
    public IReadOnlyCollection<string> Missing(IEnumerable<string> asked)
    {
        var missing = asked.ToHashSet(StringComparer.Ordinal);
        foreach (var library in Libraries)
            missing.ExceptWith(ElfLibrary.Read(library).Defined);
        return missing;
    }

    private string PathOf(string file) => System.IO.Path.Combine(Path, file);

    private string Above(params string[] parts) => System.IO.Path.GetFullPath(System.IO.Path.Combine([Path, "..", .. parts]));

    private string[] NvidiaFolders()
    {
        var nvidia = Above("..", "nvidia");
        return Directory.Exists(nvidia) ? [.. Directory.GetDirectories(nvidia).Select(part => System.IO.Path.Combine(part, "lib")).Where(Directory.Exists).Order()] : [];
    }

    private string? VersionFile(string name) => File.Exists(Above(name)) ? File.ReadLines(Above(name)).FirstOrDefault()?.Trim() : null;

    private string? VersionOfWheel() =>
        File.Exists(Above("version.py")) && PythonVersion().Match(File.ReadAllText(Above("version.py"))) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("""__version__ = ['"]([^'"]+)['"]""")]
    private static partial Regex PythonVersion();
}
