using MLNet.ConvRec.Tests;

namespace MLNet.ConvRec.Training.Tests.Policy.Runtime;

/// <summary>A libtorch in a folder of its own: other files than those beside these tests, so that the system tells the two apart.</summary>
public sealed class LibtorchCopy : IDisposable
{
    internal const string Version = "2.99.0+copy";

    private readonly TemporaryFolder _folder = new();

    public LibtorchCopy()
    {
        Libraries = Directory.CreateDirectory(_folder.PathOf("lib")).FullName;
        foreach (var file in Beside)
            File.Copy(file, Path.Combine(Libraries, Path.GetFileName(file)));
        _folder.WithLines("build-version", Version);
    }

    /// <summary>The libraries that the tests' own build brought, and which a program needs.</summary>
    internal static IEnumerable<string> Beside => new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so", "libgomp*" }
        .SelectMany(pattern => Directory.EnumerateFiles(AppContext.BaseDirectory, pattern));

    /// <summary>The folder as it is unpacked.</summary>
    internal string Root => _folder.FullName;

    /// <summary>The folder of the libraries.</summary>
    internal string Libraries { get; }

    public void Dispose() => _folder.Dispose();
}
