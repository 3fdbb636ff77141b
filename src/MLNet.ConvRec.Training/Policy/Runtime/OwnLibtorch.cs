using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>The libtorch that the user brings, in place of one beside the program.</summary>
/// <param name="Given">The folder as the user gave it, for messages: the variable's name too, if it was given there.</param>
/// <param name="Path">The folder.</param>
internal sealed record OwnLibtorch(string Given, string Path)
{
    /// <summary>The libtorch that TorchSharp's native library was built with.</summary>
    internal const string BuiltFor = "2.10.0";

    private const int Shown = 3;
    private const string Remedy = "give the folder of libtorch's libraries, such as torch/lib of a PyTorch wheel, or an unpacked libtorch.";

    /// <summary>Loads libtorch from the folder, then TorchSharp's native library, so that TorchSharp finds both loaded and takes no other.</summary>
    /// <param name="shim">TorchSharp's native library.</param>
    /// <exception cref="TorchUnavailableException">It can't be loaded, or isn't what TorchSharp needs; the sentence names the cause.</exception>
    public void Load(string shim)
    {
        try
        {
            var folder = LibtorchFolder.At(Path);
            Check(folder, shim);
            var loader = new LibtorchLoader(folder.Neighbours);
            foreach (var library in folder.Libraries)
                loader.Load(library);
            TorchShim.Load(shim);
            HideThoseBeside(System.IO.Path.GetDirectoryName(shim)!);
        }
        catch (InvalidDataException fault)
        {
            throw new TorchUnavailableException($"{Given}: {fault.Message.TrimEnd('.')}; {Remedy}", fault);
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            throw new TorchUnavailableException($"{Given}: libtorch can't be loaded ({LibtorchLoader.Cause(fault)}); install what is missing, or {Remedy}", fault);
        }
    }

    // Functions are bound at their first call: a symbol that isn't there would end the process then, without a word from .NET.
    private void Check(LibtorchFolder folder, string shim)
    {
        string[] asked = [.. ElfLibrary.Read(shim).Asked];
        var missing = folder.Missing(asked);
        if (missing.Count > 0)
            throw new TorchUnavailableException(
                $"{Given}: {(folder.Version is { } version ? $"libtorch {version}" : "this libtorch")} lacks {missing.Count} of the {asked.Length} symbols that TorchSharp "
                + $"uses, such as {string.Join(", ", missing.Order(StringComparer.Ordinal).Take(Shown))}; give libtorch {BuiltFor}, which it was built for.");
    }

    // TorchSharp looks for libtorch beside the program before it takes what is loaded, and a second one ends the process ("Tried to register
    // multiple backend fallbacks"). It asks for torch_cpu and torch_cuda, and .NET tries torch_cpu.so before libtorch_cpu.so: where an empty
    // library of that name is loaded, the search ends with it.
    private static void HideThoseBeside(string folder)
    {
        foreach (var name in (string[])["torch_cpu.so", "torch_cuda.so"])
        {
            if (File.Exists(System.IO.Path.Combine(folder, "lib" + name)))
                NativeLibrary.Load(NativeCache.Write(name, EmptyLibrary.Image(name)));
        }
    }
}
