using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tests;

namespace MLNet.ConvRec.Training.Tests.Policy.Runtime;

/// <summary>A program of its own that uses torch and has no libtorch beside it; a copy of it may be changed.</summary>
internal sealed class TorchHost : IDisposable
{
    internal const string Shim = "libLibTorchSharp.so";
    private const string Program = "MLNet.ConvRec.TorchHost.dll";

    private readonly TemporaryFolder _folder = new();

    // The host resolves links to the program itself, so that it alone is copied.
    public TorchHost()
    {
        foreach (var file in Directory.EnumerateFiles(Built).Where(file => Path.GetFileName(file) != Program))
            File.CreateSymbolicLink(PathOf(Path.GetFileName(file)), file);
        File.Copy(Path.Combine(Built, Program), PathOf(Program));
    }

    // Built beside this project: tests/<project>/bin/<configuration>/<framework>/<runtime>/.
    private static string Built => AppContext.BaseDirectory.Replace(
        $"{Path.DirectorySeparatorChar}MLNet.ConvRec.Training.Tests{Path.DirectorySeparatorChar}",
        $"{Path.DirectorySeparatorChar}MLNet.ConvRec.TorchHost{Path.DirectorySeparatorChar}",
        StringComparison.Ordinal);

    public string PathOf(string file) => _folder.PathOf(file);

    /// <summary>Replaces a name in a library by another that is no longer.</summary>
    public static void Rename(string from, string to, string name, string other)
    {
        var image = File.ReadAllBytes(from);
        var bytes = Encoding.ASCII.GetBytes(name + "\0");
        var at = image.AsSpan().IndexOf(bytes);
        Assert.True(at > 0, $"{from} doesn't name {name}.");
        Encoding.ASCII.GetBytes(other.PadRight(name.Length, '\0'), image.AsSpan(at));
        File.Delete(to);
        File.WriteAllBytes(to, image);
    }

    /// <summary>Runs the program.</summary>
    /// <param name="variable">What <c>CONVREC_LIBTORCH</c> says, or <see langword="null"/>.</param>
    /// <param name="arguments">The folder to use, or nothing.</param>
    /// <returns>The exit code, and what it wrote.</returns>
    public async Task<(int ExitCode, string[] Output, string Error)> RunAsync(string? variable, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Dotnet, ["exec", PathOf(Program), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[TorchLibrary.Variable] = variable;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), await error);
    }

    public void Dispose() => _folder.Dispose();

    // The dotnet that runs this process: <root>/shared/Microsoft.NETCore.App/<version>/.
    private static string Dotnet => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
}
