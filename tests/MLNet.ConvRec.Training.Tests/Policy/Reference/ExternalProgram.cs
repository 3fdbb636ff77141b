using System.ComponentModel;
using System.Diagnostics;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>Programs that are not ours and may not be there.</summary>
internal static class ExternalProgram
{
    /// <summary>Runs a program to its end and returns what it said.</summary>
    /// <exception cref="Win32Exception">There is no such program.</exception>
    public static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
