using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>Loads the native libraries of TorchSharp, those beside the program or those of <see cref="TorchLibrary"/>, and says plainly why where it can't.</summary>
internal static class TorchRuntime
{
    private const string Remedy = "Add the package libtorch-cpu-linux-x64, libtorch-cpu-win-x64 or libtorch-cpu-osx-arm64 (or TorchSharp-cuda-linux / TorchSharp-cuda-windows) "
        + $"of the version that TorchSharp asks for to the program that trains, or set {TorchLibrary.Variable} to the folder of a libtorch.";

    private static readonly Lazy<TorchUnavailableException?> Failure = new(Load);

    /// <summary>Whether the libraries are loaded, or were found not to load.</summary>
    public static bool IsLoaded => Failure.IsValueCreated;

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
            if (OperatingSystem.IsLinux())
                LoadOnLinux(AppContext.BaseDirectory, TorchLibrary.Chosen);
            else if (TorchLibrary.Chosen is { Given: var given })
                return new TorchUnavailableException($"{given}: a libtorch of one's own can be used on Linux only; leave it out, and build with -p:ConvRecBackend=cuda for a GPU.");
            Touch();
            if (OperatingSystem.IsLinux())
                FreedMemory.Keep();
            return null;
        }
        catch (TorchUnavailableException failure)
        {
            return failure;
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException or NotSupportedException or TypeInitializationException or IOException)
        {
            return new TorchUnavailableException($"TorchSharp's native backend can't be loaded: {Innermost(error).Message.Trim()} {Remedy}", error);
        }
    }

    private static void LoadOnLinux(string root, OwnLibtorch? own)
    {
        // Without the backend TorchSharp would gather it from the package cache into the output folder, half a gigabyte, or fail with a wrong cause.
        if (Missing(root, own) is { } missing)
            throw new TorchUnavailableException(missing);
        var shim = TorchShim.Find(root)!;
        if (own is not null)
        {
            own.Load(shim);
            return;
        }

        foreach (var library in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
            NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(shim)!, library));
        TorchShim.Load(shim);
    }

    /// <summary>Tells what of the backend is missing beside the program; <see langword="null"/> if nothing is.</summary>
    /// <param name="root">The program's folder.</param>
    /// <param name="own">The libtorch that stands in for one beside the program.</param>
    internal static string? Missing(string root, OwnLibtorch? own = null)
    {
        if (TorchShim.Find(root) is not { } shim)
            return $"TorchSharp's native library libLibTorchSharp.so is missing in {root}. {Remedy}";
        var folder = Path.GetDirectoryName(shim)!;
        return own is not null || File.Exists(Path.Combine(folder, "libtorch_cpu.so"))
            ? null
            : $"TorchSharp's native backend is missing in {folder}: there is no libtorch_cpu.so. {Remedy}";
    }

    // Kept apart so that TorchSharp's type initializer runs here and not before the libraries are loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Touch() => torch.empty(0, device: torch.CPU).Dispose();

    private static Exception Innermost(Exception error) => error is TypeInitializationException { InnerException: { } inner } ? Innermost(inner) : error;
}
