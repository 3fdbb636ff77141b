using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>One measurement of a process that loads, after the runtime and libtorch are there.</summary>
/// <param name="Milliseconds">Wall time.</param>
/// <param name="BytesBefore">Resident memory before (VmRSS).</param>
/// <param name="PeakBytes">Most resident memory since then (VmHWM, which writing 5 to /proc/self/clear_refs sets back).</param>
internal sealed record LoadMeasurement(double Milliseconds, double BytesBefore, double PeakBytes)
{
    public const string Command = "measure-load";
    public const string Ours = "ours";
    public const string Peer = "peer";

    /// <summary>Measures one side and writes the result as JSON.</summary>
    public static int Run(string side, string folder, TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        // So that neither side pays for what a process does once.
        using (var warmed = torch.ones(256, 256, dtype: torch.ScalarType.BFloat16))
            warmed.fill_(0);
        var file = Path.Combine(folder, SafetensorsCheckpoint.SingleFile);
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Status("VmRSS");
        var clock = Stopwatch.StartNew();
        object loaded = side == Ours ? Load(folder) : File.ReadAllBytes(file);
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        output.WriteLine(JsonSerializer.Serialize(new LoadMeasurement(milliseconds, before, Status("VmHWM"))));
        Check(loaded, file);
        return 0;
    }

    public override string ToString() => $"{Milliseconds:N0} ms, {BytesBefore / 1e6:N0} to {PeakBytes / 1e6:N0} MB";

    private static Transformer Load(string folder)
    {
        var configPath = Path.Combine(folder, "config.json");
        var (config, _) = PolicyConfigFile.Read(File.ReadAllText(configPath), configPath);
        var weights = new PolicyWeights(config, PolicyTensors.Read(SafetensorsCheckpoint.Find(folder), config));
        return new Transformer(weights, torch.CPU, Precision.BFloat16);
    }

    // What was loaded is what the file holds: its last bytes are those of the last norm.
    private static void Check(object loaded, string file)
    {
        if (loaded is not Transformer network)
            return;
        var tensors = SafetensorsFile.Read(file);
        foreach (var (name, parameter) in network.named_parameters())
        {
            var stored = new byte[Math.Min(tensors[name].Count, 1000) * sizeof(ushort)];
            tensors[name].ReadBytes(tensors[name].Count - (stored.Length / sizeof(ushort)), stored);
            using var last = parameter.detach().view(-1).narrow(0, tensors[name].Count - (stored.Length / sizeof(ushort)), stored.Length / sizeof(ushort));
            if (!last.bytes.SequenceEqual(stored))
                throw new InvalidOperationException($"The network's {name} is not the file's.");
        }
    }

    internal static double Status(string field) =>
        double.Parse(
            File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) * 1024;
}
