using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Gpu.Checks;

/// <summary>Whether libtorch is loaded, with every symbol that TorchSharp asks for, and multiplies on the device.</summary>
internal static class LoadCheck
{
    private const int Checked = 1024, Runs = 10;

    public static void Run(CheckSetting setting, CheckReport report)
    {
        report.Note("CONVREC_LIBTORCH", Environment.GetEnvironmentVariable("CONVREC_LIBTORCH") is { Length: > 0 } ? "set" : "not set"); // not the folder: results are kept
        var device = setting.Device; // loads, or says in one sentence why not
        report.Note("device", device.ToString());
        report.Note("TorchSharp's version of libtorch", __version__);
        report.Number("CUDA devices", cuda.is_available() ? cuda.device_count() : 0);
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var (a, b) = (randn(Checked, Checked, generator: generator), randn(Checked, Checked, generator: generator));
        var (here, there) = (a.matmul(b), a.to(device).matmul(b.to(device)).cpu());
        var difference = (here - there).abs().max().item<float>() / here.abs().max().item<float>();
        report.Number("largest difference of a float32 product, relative", difference);
        report.Require("a float32 product on the device equals the CPU's within 1e-4", difference < 1e-4);
        report.Number("float32 TFLOP/s", Rate(setting, ScalarType.Float32, setting.IsCuda ? 8192 : 1024));
        report.Number("bfloat16 TFLOP/s", Rate(setting, ScalarType.BFloat16, setting.IsCuda ? 8192 : 1024));
    }

    /// <summary>The rate of a large product in TFLOP/s: the most that a card is asked for here.</summary>
    public static double Rate(CheckSetting setting, ScalarType type, int size)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(size, size, device: setting.Device).to(type), randn(size, size, device: setting.Device).to(type));
        a.matmul(b).Dispose();
        setting.Synchronize();
        var watch = Stopwatch.StartNew();
        for (var run = 0; run < Runs; run++)
            a.matmul(b).Dispose();
        setting.Synchronize();
        return 2.0 * size * size * size * Runs / watch.Elapsed.TotalSeconds / 1e12;
    }
}
