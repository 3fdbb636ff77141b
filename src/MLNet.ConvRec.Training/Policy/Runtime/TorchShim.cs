using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>TorchSharp's own native library, <c>libLibTorchSharp.so</c>, which stands between it and libtorch.</summary>
/// <remarks>
/// It is built with GCC 13. On Debian 12 and Ubuntu 22.04 the loader refuses it for one symbol version that it doesn't use; there a copy
/// with that entry weakened (<see cref="ElfVersionNeeds"/>) is loaded, from <see cref="NativeCache"/>.
/// </remarks>
internal static class TorchShim
{
    private const string FileName = "libLibTorchSharp.so";
    private const string NeededVersion = "GLIBCXX_3.4.32";

    /// <summary>Finds the library beside a program; <see langword="null"/> if it isn't there.</summary>
    /// <param name="root">The program's folder.</param>
    public static string? Find(string root)
    {
        string[] candidates = [root, Path.Combine(root, "runtimes", RuntimeInformation.RuntimeIdentifier, "native")];
        return candidates.Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists);
    }

    /// <summary>Loads the library; libtorch must be loaded.</summary>
    /// <param name="shim">Its file.</param>
    /// <exception cref="DllNotFoundException">It can't be loaded.</exception>
    public static void Load(string shim)
    {
        if (NativeLibrary.TryLoad(shim, out _))
            return;
        var image = File.ReadAllBytes(shim);
        ElfVersionNeeds.Weaken(image, NeededVersion);
        NativeLibrary.Load(NativeCache.Write(FileName, image));
    }
}
