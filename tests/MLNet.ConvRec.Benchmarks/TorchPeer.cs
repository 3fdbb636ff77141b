using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>What a step took, in milliseconds of the clock and of the processor, which tells more where others use the machine; and its loss.</summary>
internal readonly record struct MeasuredStep(double Wall, double Processor, double Loss);

/// <summary>Python's PyTorch in a process of its own, which does a step whenever it is told to (Peers/sft_step.py).</summary>
internal sealed class TorchPeer : IDisposable
{
    // Debian's python3-torch belongs to the system's Python, which need not be the first one.
    private static readonly string[] Interpreters = ["python3", "/usr/bin/python3"];

    private readonly Process _process;

    private TorchPeer(Process process, string version) => (_process, Version) = (process, version);

    /// <summary>PyTorch's version.</summary>
    public string Version { get; }

    /// <summary>Starts the peer on a network's weights.</summary>
    /// <exception cref="PlatformNotSupportedException">No Python here has torch.</exception>
    public static TorchPeer Start(string weights, PolicyConfig config, int[][] tokens, int promptLength, int threads)
    {
        var shape = JsonSerializer.Serialize(new
        {
            hidden = config.HiddenSize,
            layers = config.LayerCount,
            heads = config.HeadCount,
            kv = config.KeyValueHeadCount,
            head = config.HeadSize,
            intermediate = config.IntermediateSize,
            vocabulary = config.VocabularySize,
            theta = config.RopeTheta,
            epsilon = config.RmsNormEpsilon,
            length = tokens[0].Length,
            prompt = promptLength,
            ids = tokens,
        });
        var python = Array.Find(Interpreters, HasTorch)
            ?? throw new PlatformNotSupportedException("No python3 here can import torch; install Debian's with apt-get install python3-torch libopenblas0-pthread.");
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "Peers", "sft_step.py"), weights, shape, threads.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var name in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS" })
            start.Environment[name] = threads.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        return new TorchPeer(process, process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended before it began; its own words are above."));
    }

    /// <summary>Does a step.</summary>
    /// <param name="logits">"list": of the list tokens; "all": of every token.</param>
    public MeasuredStep Step(string logits)
    {
        _process.StandardInput.WriteLine(logits);
        _process.StandardInput.Flush();
        var told = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended; its own words are above.");
        var numbers = told.Split(' ');
        return new MeasuredStep(Number(0), Number(1), Number(2));

        double Number(int place) => double.Parse(numbers[place], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool HasTorch(string python)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import torch"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }
}
