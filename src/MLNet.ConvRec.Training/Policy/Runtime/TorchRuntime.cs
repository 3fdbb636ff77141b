using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TorchSharp;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>Loads the native libraries of TorchSharp, on systems with an older libstdc++ too, and says plainly why where it can't.</summary>
/// <remarks>
/// LibTorchSharp is built with GCC 13. On Debian 12 and Ubuntu 22.04 the loader refuses it for one symbol version that it doesn't use;
/// there a copy with that entry weakened (<see cref="ElfVersionNeeds"/>) is loaded first, from a cache folder of the user's. Neither the
/// package cache nor the output folder is written to.
/// </remarks>
internal static class TorchRuntime
{
    private const string NeededVersion = "GLIBCXX_3.4.32";
    private const string Remedy = "Add the package libtorch-cpu-linux-x64, libtorch-cpu-win-x64 or libtorch-cpu-osx-arm64 (or TorchSharp-cuda-linux / TorchSharp-cuda-windows) "
        + "of the version that TorchSharp asks for to the program that trains.";

    private static readonly Lazy<TorchUnavailableException?> Failure = new(Load);

    /// <summary>Makes sure that <c>torch</c> can be used. The first call loads the libraries; later ones cost nothing.</summary>
    /// <exception cref="TorchUnavailableException">The libraries are missing or can't be loaded; the message tells the cause and the remedy.</exception>
    public static void EnsureLoaded()
    {
        if (Failure.Value is { } failure)
            throw new TorchUnavailableException(failure.Message, failure);
    }

    private static TorchUnavailableException? Load()
    {
        try
        {
            // Without the backend TorchSharp would gather it from the package cache into the output folder, half a gigabyte, or fail with a wrong cause.
            if (OperatingSystem.IsLinux() && Missing(AppContext.BaseDirectory) is { } missing)
                return new TorchUnavailableException(missing);
            if (OperatingSystem.IsLinux())
                LoadOnLinux(NativeFolder(AppContext.BaseDirectory)!);
            Touch();
            if (OperatingSystem.IsLinux())
                KeepFreedMemory();
            return null;
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException or NotSupportedException or TypeInitializationException or IOException)
        {
            return new TorchUnavailableException($"TorchSharp's native backend can't be loaded: {Innermost(error).Message.Trim()} {Remedy}", error);
        }
    }

    /// <summary>Tells what of the backend is missing beside the program; <see langword="null"/> if nothing is.</summary>
    internal static string? Missing(string root)
    {
        if (NativeFolder(root) is not { } folder)
            return $"TorchSharp's native library libLibTorchSharp.so is missing in {root}. {Remedy}";
        return File.Exists(Path.Combine(folder, "libtorch_cpu.so"))
            ? null
            : $"TorchSharp's native backend is missing in {folder}: there is no libtorch_cpu.so. {Remedy}";
    }

    private static void LoadOnLinux(string folder)
    {
        foreach (var library in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
            NativeLibrary.Load(Path.Combine(folder, library));
        var shim = Path.Combine(folder, "libLibTorchSharp.so");
        if (!NativeLibrary.TryLoad(shim, out _))
            NativeLibrary.Load(WeakenedCopy(shim));
    }

    // The copy is named by its content, so that versions live side by side and a half-written one is never found.
    private static string WeakenedCopy(string shim)
    {
        var image = File.ReadAllBytes(shim);
        ElfVersionNeeds.Weaken(image, NeededVersion);
        var folder = Path.Combine(CacheFolder(), Convert.ToHexStringLower(SHA256.HashData(image))[..16]);
        var copy = Path.Combine(folder, Path.GetFileName(shim));
        if (File.Exists(copy) && new FileInfo(copy).Length == image.Length)
            return copy;
        Directory.CreateDirectory(folder);
        var partial = Path.Combine(folder, $"{Environment.ProcessId}.partial");
        File.WriteAllBytes(partial, image);
        File.Move(partial, copy, overwrite: true);
        return copy;
    }

    private static string CacheFolder()
    {
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(local.Length > 0 ? local : Path.GetTempPath(), "mlnet-convrec", "native");
    }

    // A training step frees and takes the same large blocks again and again. glibc gives each back to the system and takes it anew, page by
    // page, which costs a step a fifth of its time (docs/redial.md); told to keep them, the process stays as large as its largest step.
    private static void KeepFreedMemory()
    {
        const int TrimThreshold = -1, MapThreshold = -3;                    // M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h
        const int LargestBlock = 32 << 20;                                  // the most that glibc allows
        // Other C libraries (musl) have no such call and no such habit.
        if (!NativeLibrary.TryLoad("libc.so.6", out var libc) || !NativeLibrary.TryGetExport(libc, "mallopt", out var address))
            return;
        var set = Marshal.GetDelegateForFunctionPointer<MemoryOption>(address);
        _ = set(TrimThreshold, int.MaxValue);
        _ = set(MapThreshold, LargestBlock);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MemoryOption(int parameter, int value);

    private static string? NativeFolder(string root)
    {
        string[] candidates = [root, Path.Combine(root, "runtimes", RuntimeInformation.RuntimeIdentifier, "native")];
        return candidates.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "libLibTorchSharp.so")));
    }

    // Kept apart so that TorchSharp's type initializer runs here and not before the libraries are loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Touch() => torch.empty(0, device: torch.CPU).Dispose();

    private static Exception Innermost(Exception error) => error is TypeInitializationException { InnerException: { } inner } ? Innermost(inner) : error;
}
