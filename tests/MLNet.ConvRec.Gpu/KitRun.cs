using System.Diagnostics;
using System.Text.Json;
using MLNet.ConvRec.Gpu.Checks;

namespace MLNet.ConvRec.Gpu;

/// <summary>Runs the checks, the most important first, each in a process of its own with a limit of time.</summary>
internal static class KitRun
{
    /// <summary>A check of the kit.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Limit">What it may take.</param>
    /// <param name="Run">What it does.</param>
    internal sealed record Check(string Name, TimeSpan Limit, Action<CheckSetting, CheckReport> Run);

    public static IReadOnlyList<Check> Checks { get; } =
    [
        new("load", TimeSpan.FromSeconds(90), LoadCheck.Run),
        new("golden", TimeSpan.FromSeconds(60), GoldenCheck.Run),
        new("training", TimeSpan.FromSeconds(120), TrainingCheck.Run),
        new("quickstart", TimeSpan.FromSeconds(180), QuickStartCheck.Run),
        new("half-billion", TimeSpan.FromSeconds(180), HalfBillionCheck.Run),
        new("scoring", TimeSpan.FromSeconds(150), ScoringCheck.Run),
    ];

    /// <summary>Runs them and writes what they found after each.</summary>
    /// <param name="setting">What they run on.</param>
    /// <param name="output">The JSON file.</param>
    /// <param name="only">The names of those to run; <see langword="null"/>: all.</param>
    /// <param name="log">Told how it goes.</param>
    /// <returns>0 where all holds, else 1.</returns>
    public static int Run(CheckSetting setting, string output, string[]? only, TextWriter log)
    {
        var reports = new List<CheckReport>();
        foreach (var check in Checks.Where(check => only is null || only.Contains(check.Name)))
        {
            log.WriteLine($"{check.Name}, at most {check.Limit.TotalSeconds:N0} s ...");
            var report = RunOne(check, setting, Path.ChangeExtension(output, $"{check.Name}.json"));
            reports.Add(report);
            File.WriteAllText(output, JsonSerializer.Serialize(new { Device = setting.IsCuda ? "cuda" : "cpu", Date = DateTime.UtcNow, Checks = reports }, CheckReport.Json) + "\n");
            foreach (var (what, holds) in report.Holds)
                log.WriteLine($"  {(holds ? "holds" : "FAILS")}: {what}");
            foreach (var (name, value) in report.Numbers)
                log.WriteLine($"  {name}: {value:G6}");
            foreach (var (name, value) in report.Notes)
                log.WriteLine($"  {name}: {value}");
            log.WriteLine($"  {(report.IsComplete ? "complete" : "NOT COMPLETE")} after {report.Seconds:N1} s");
        }

        return reports.TrueForAll(report => report.IsComplete && report.Holds.Values.All(holds => holds)) ? 0 : 1;
    }

    // A native fault ends the check's process and not the kit.
    private static CheckReport RunOne(Check check, CheckSetting setting, string file)
    {
        File.Delete(file);
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(Environment.ProcessPath!, ["check", check.Name, file, "--device", setting.IsCuda ? "cuda" : "cpu", "--data", setting.Data]);
        var isInTime = process.WaitForExit(check.Limit);
        if (!isInTime)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        var report = File.Exists(file) ? CheckReport.Read(file) : new CheckReport(check.Name);
        File.Delete(file);
        if (!isInTime)
            report.Notes["cut"] = $"after {check.Limit.TotalSeconds:N0} s";
        else if (process.ExitCode != 0)
            report.Notes["exit code"] = process.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
        report.Seconds = watch.Elapsed.TotalSeconds;
        return report;
    }
}
