using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Tool.Tests;

/// <summary>The real command, run as a process of its own.</summary>
internal static class ToolProcess
{
    /// <summary>Where the build put the command beside these tests.</summary>
    public static string Folder => AppContext.BaseDirectory;

    public static async Task<Run> RunAsync(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Dotnet(), ["exec", Path.Combine(folder, "convrec.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Run(process.ExitCode, await output, await error);
    }

    // The dotnet that runs this process: <root>/shared/Microsoft.NETCore.App/<version>/.
    private static string Dotnet() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
}
