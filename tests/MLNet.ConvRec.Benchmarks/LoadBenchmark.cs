using System.Diagnostics;
using System.Text.Json;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>
/// Loading a checkpoint of Qwen2.5-0.5B's shape, random bfloat16 weights, into the network; beside reading the bytes of its file into memory. Each
/// measurement is a process of its own, by turns; the file is in the system's cache.
/// </summary>
internal static class LoadBenchmark
{
    private const int Rounds = 5;

    public static BenchmarkResult Run(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("convrec-load-");
        try
        {
            var file = Write(folder.FullName);
            output.WriteLine($"A checkpoint of {new FileInfo(file).Length:N0} bytes in {folder.FullName}.");
            Measure(LoadMeasurement.Peer, folder.FullName); // fills the system's cache
            var (ours, peer) = (new List<LoadMeasurement>(), new List<LoadMeasurement>());
            for (var round = 0; round < Rounds; round++)
            {
                ours.Add(Measure(LoadMeasurement.Ours, folder.FullName));
                peer.Add(Measure(LoadMeasurement.Peer, folder.FullName));
                output.WriteLine($"  ours {ours[^1]}, peer {peer[^1]}");
            }

            return Result(ours, peer, new FileInfo(file).Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BenchmarkResult Result(List<LoadMeasurement> ours, List<LoadMeasurement> peer, long fileLength) => new()
    {
        Name = "load",
        Ours = Median(ours, measurement => measurement.Milliseconds),
        Peer = Median(peer, measurement => measurement.Milliseconds),
        Unit = "ms",
        More =
        {
            ["fileMB"] = fileLength / 1e6,
            ["fastestOurs"] = ours.Min(measurement => measurement.Milliseconds),
            ["fastestPeer"] = peer.Min(measurement => measurement.Milliseconds),
            ["peakOverWeights"] = ours.Max(measurement => measurement.PeakBytes - measurement.BytesBefore) / fileLength,
            ["residentBeforeMB"] = Median(ours, measurement => measurement.BytesBefore) / 1e6,
            ["peakMB"] = ours.Max(measurement => measurement.PeakBytes) / 1e6,
        },
    };

    private static string Write(string folder)
    {
        var tensors = PolicyShapes.Of(HalfBillion.Shape).ToDictionary(weight => weight.Name, NamedTensor (weight) => new DrawnTensor(weight.Shape));
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(HalfBillion.Shape));
        var file = Path.Combine(folder, SafetensorsCheckpoint.SingleFile);
        SafetensorsFile.Write(file, tensors);
        return file;
    }

    private static LoadMeasurement Measure(string side, string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [LoadMeasurement.Command, side, folder]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<LoadMeasurement>(text)!
            : throw new InvalidOperationException($"The measurement of {side} ended with {process.ExitCode}.");
    }

    private static double Median(IEnumerable<LoadMeasurement> measurements, Func<LoadMeasurement, double> of) =>
        measurements.Select(of).Order().ElementAt(Rounds / 2);

    // Drawn while it is written, so that the file is made without the weights in memory: signs and fractions at random, sizes from 1/128 to 1/64.
    private sealed class DrawnTensor(long[] shape) : NamedTensor(shape, WeightType.BFloat16)
    {
        private readonly Random _random = new(1);

        public override void ReadBytes(long start, Span<byte> bytes)
        {
            _random.NextBytes(bytes);
            for (var i = 1; i < bytes.Length; i += 2)
                bytes[i] = (byte)((bytes[i] & 0x80) | 0x3C);
        }

        public override void Read(long start, Span<float> values) => throw new NotSupportedException("Random weights are only written.");
    }
}
