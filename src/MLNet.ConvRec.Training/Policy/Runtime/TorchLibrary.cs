using MLNet.ConvRec.Policy.Runtime;

namespace MLNet.ConvRec.Policy;

/// <summary>Which libtorch trains: the one beside the program, or one that is installed elsewhere, such as PyTorch's with CUDA.</summary>
public static class TorchLibrary
{
    /// <summary>The environment variable that names the folder of a libtorch.</summary>
    public const string Variable = "CONVREC_LIBTORCH";

    private static string? _folder;

    /// <summary>Loads libtorch from a folder, whatever <see cref="Variable"/> says. On Linux only.</summary>
    /// <param name="folder">
    /// <c>torch/lib</c> of a PyTorch wheel, or an unpacked libtorch; of the version that TorchSharp was built for, or another that has all that it uses.
    /// </param>
    /// <exception cref="ArgumentException">The folder is empty.</exception>
    /// <exception cref="InvalidOperationException">A libtorch is loaded already: a trainer was used before.</exception>
    /// <exception cref="TorchUnavailableException">There is no libtorch that fits, or it can't be loaded; the sentence names what is missing.</exception>
    public static void Use(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (TorchRuntime.IsLoaded)
            throw new InvalidOperationException("A libtorch is loaded already; call TorchLibrary.Use once, before the first trainer is used.");
        _folder = folder;
        TorchRuntime.EnsureLoaded();
    }

    /// <summary>The libtorch that was asked for; <see langword="null"/> for the one beside the program.</summary>
    internal static OwnLibtorch? Chosen => _folder is { } folder ? new OwnLibtorch(folder, Path.GetFullPath(folder))
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? new OwnLibtorch($"{Variable}={variable}", Path.GetFullPath(variable))
        : null;
}
