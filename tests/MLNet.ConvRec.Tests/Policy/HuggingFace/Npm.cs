using System.Diagnostics;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>
/// The npm packages that tests compare with (package.json beside this file), installed once into a folder of the machine's temporary ones.
/// Without node, or without a way to the packages, a test that asks for them is skipped with the reason; with the environment variable
/// <c>CONVREC_NODE=required</c> it fails instead.
/// </summary>
internal static class Npm
{
    private static readonly string Sources = Path.Combine(AppContext.BaseDirectory, "Policy", "HuggingFace");

    private static readonly Lazy<(string? Folder, string Reason)> Installed = new(Install);

    /// <summary>The folder that holds <c>node_modules</c>; skips the test where it can't be had.</summary>
    public static string Folder => Installed.Value.Folder ?? Skip(Installed.Value.Reason);

    /// <summary>Runs a script that lies beside this file.</summary>
    /// <param name="script">Its name.</param>
    /// <param name="arguments">What it is given.</param>
    public static void Run(string script, params string[] arguments)
    {
        var (code, said) = Start("node", AppContext.BaseDirectory, [Path.Combine(Sources, script), .. arguments]);
        Assert.True(code == 0, $"node {script}: {said}");
    }

    private static (string? Folder, string Reason) Install()
    {
        try
        {
            var list = File.ReadAllText(Path.Combine(Sources, "package.json"));
            var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(list)))[..16];
            var folder = Path.Combine(Path.GetTempPath(), "convrec-npm-" + name);
            if (Directory.Exists(folder))
                return (folder, "");
            var partial = Directory.CreateTempSubdirectory("convrec-npm-partial-").FullName;
            File.WriteAllText(Path.Combine(partial, "package.json"), list);
            var (code, said) = Start("npm", partial, ["install", "--ignore-scripts", "--no-audit", "--no-fund"]);
            if (code != 0)
            {
                Directory.Delete(partial, recursive: true);
                return (null, $"npm could not install the packages to compare with: {said.ReplaceLineEndings(" ")}");
            }

            Publish(partial, folder);
            return (folder, "");
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            return (null, $"there is no node with npm on this machine ({fault.Message})");
        }
    }

    // Another process may have been faster; both folders hold the same.
    private static void Publish(string partial, string folder)
    {
        try
        {
            Directory.Move(partial, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(partial, recursive: true);
        }
    }

    private static (int Code, string Said) Start(string program, string folder, string[] arguments)
    {
        var isScript = OperatingSystem.IsWindows() && program == "npm";
        var start = new ProcessStartInfo(isScript ? "cmd" : program, isScript ? ["/c", program, .. arguments] : arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"{program} did not end within 5 minutes");
        }

        var said = (errors.Result + output.Result).Trim();
        return (process.ExitCode, said[..Math.Min(said.Length, 600)]);
    }

    private static string Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable("CONVREC_NODE") == "required")
            Assert.Fail($"CONVREC_NODE is required, but {reason}.");
        Assert.Skip(reason);
        return reason;
    }
}
