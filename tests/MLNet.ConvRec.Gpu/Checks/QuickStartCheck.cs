using System.Diagnostics;
using System.Text.Json;

namespace MLNet.ConvRec.Gpu.Checks;

/// <summary>The whole QuickStart, its training on the device.</summary>
internal static class QuickStartCheck
{
    public static void Run(CheckSetting setting, CheckReport report)
    {
        var program = Path.Combine(setting.Packages, "QuickStart");
        if (!File.Exists(program))
        {
            report.Note("not run", "the kit was not packed: QuickStart is not beside it");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("convrec-kit-").FullName;
        try
        {
            string[] arguments = ["--seed", "1", "--output", folder, .. setting.IsCuda ? (string[])["--gpu", "0"] : ["--budget", "1"]];
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            report.Number("seconds of QuickStart", watch.Elapsed.TotalSeconds);
            report.Require("QuickStart ends with 0", process.ExitCode == 0);
            if (process.ExitCode != 0)
            {
                report.Note("it said", said);
                return;
            }

            using var metrics = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "metrics.json")));
            foreach (var system in metrics.RootElement.GetProperty("systems").EnumerateArray())
                report.Number($"recall@20 of {system.GetProperty("name").GetString()}", system.GetProperty("metrics").GetProperty("recall@20").GetProperty("mean").GetDouble());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
