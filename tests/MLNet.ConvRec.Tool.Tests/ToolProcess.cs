using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Tool.Tests;

/// <summary>The real command, run as a process of its own.</summary>
internal static class ToolProcess
{
    /// <summary>Where the build put the command beside these tests.</summary>
    public static string Folder => AppContext.BaseDirectory;

    /// <summary>The exit code of a process that was killed.</summary>
    public static int Killed => OperatingSystem.IsWindows() ? -1 : 137;

    /// <summary>Runs the command, and kills it (SIGKILL) if it is not done after a time.</summary>
    /// <returns>The exit code, <see cref="Killed"/> if it was.</returns>
    public static Task<int> RunForAsync(string folder, TimeSpan time, params IEnumerable<string> arguments) =>
        RunWhileAsync(folder, process => process.WaitAsync(time, TestContext.Current.CancellationToken), arguments);

    /// <summary>Runs the command, and kills it (SIGKILL) as soon as something is so, looked at every few milliseconds.</summary>
    /// <returns>The exit code, <see cref="Killed"/> if it was not done before.</returns>
    public static Task<int> RunUntilAsync(string folder, Func<bool> isMoment, params IEnumerable<string> arguments) =>
        RunWhileAsync(
            folder,
            async ended =>
            {
                while (!ended.IsCompleted && !isMoment())
                    await Task.Delay(5, TestContext.Current.CancellationToken);
            },
            arguments);

    private static async Task<int> RunWhileAsync(string folder, Func<Task, Task> moment, IEnumerable<string> arguments)
    {
        using var process = Start(folder, arguments);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await moment(process.WaitForExitAsync(TestContext.Current.CancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    public static Task<Run> RunAsync(string folder, params IEnumerable<string> arguments) => RunWithInputAsync("", folder, arguments);

    /// <summary>Runs the command with a text as its standard input.</summary>
    public static async Task<Run> RunWithInputAsync(string input, string folder, params IEnumerable<string> arguments)
    {
        using var process = Start(folder, arguments);
        var written = WriteAsync(process.StandardInput, input);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await written;
        return new Run(process.ExitCode, await output, await error);
    }

    /// <summary>Runs the command and stops reading its standard output after the first line, as <c>head -1</c> does.</summary>
    public static async Task<Run> RunToFirstLineAsync(string folder, params IEnumerable<string> arguments)
    {
        using var process = Start(folder, arguments);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        process.StandardOutput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Run(process.ExitCode, first ?? "", await error);
    }

    // Who reads nothing closes it.
    private static async Task WriteAsync(StreamWriter standardInput, string input)
    {
        try
        {
            await using (standardInput)
                await standardInput.WriteAsync(input);
        }
        catch (IOException)
        {
        }
    }

    /// <summary>Copies the command without what trains, as it stands where libtorch can't.</summary>
    public static void CopyWithoutTraining(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Folder).Where(IsForScoring))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    // Without its list of dependencies the command takes the assemblies that lie beside it; the training ones are left out.
    private static bool IsForScoring(string file) => Path.GetFileName(file) is var name
        && !name.EndsWith(".deps.json", StringComparison.Ordinal)
        && !name.Contains("torch", StringComparison.OrdinalIgnoreCase)
        && !name.Contains("MLNet.ConvRec.Training", StringComparison.Ordinal)
        && !name.Contains("c10", StringComparison.Ordinal);

    // These tests hold a web server, so that what ASP.NET brings is not copied beside them; the command finds it in the framework.
    private static string Frameworks => Path.Combine(Folder, "MLNet.ConvRec.Tool.Tests.runtimeconfig.json");

    private static Process Start(string folder, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(Dotnet(), ["exec", "--runtimeconfig", Frameworks, Path.Combine(folder, "convrec.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    // The dotnet that runs this process: <root>/shared/Microsoft.NETCore.App/<version>/.
    private static string Dotnet() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
}
