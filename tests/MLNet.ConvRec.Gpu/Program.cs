using System.Diagnostics;
using System.Globalization;
using MLNet.ConvRec.Gpu;
using MLNet.ConvRec.Gpu.Checks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var setting = new CheckSetting((Option("--device") ?? "cuda") == "cuda", Option("--data") ?? Path.Combine("..", "shared"), AppContext.BaseDirectory);
switch (args)
{
    case ["pack", var folder, ..]:
        KitPack.Write(setting, folder, Console.Out);
        return 0;
    case ["run", ..]:
        return KitRun.Run(setting, Option("--output") ?? "gpu.json", Option("--only")?.Split(','), Console.Out);
    case ["check", var name, var file, ..] when KitRun.Checks.FirstOrDefault(check => check.Name == name) is { } check:
        var report = CheckReport.To(file, name);
        var watch = Stopwatch.StartNew();
        try
        {
            check.Run(setting, report);
            report.IsComplete = true;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException) // what ended it is what the kit was sent to find out
        {
            Console.Error.WriteLine(fault); // where it was thrown names folders, and results are kept
            report.Note("fault", $"{fault.GetType().Name}: {fault.Message}");
            report.Require("no fault", false);
        }

        report.Seconds = watch.Elapsed.TotalSeconds;
        report.Save();
        return 0;
    default:
        Console.Error.WriteLine($"pack FOLDER makes the kit; run [--device cuda|cpu] [--data FOLDER] [--output FILE] [--only NAMES] runs it. Checks: {string.Join(", ", KitRun.Checks.Select(check => check.Name))}.");
        return 1;
}

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
