using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.Watch;
using TorchSharp;

namespace MLNet.ConvRec.Training;

/// <summary>What a trainer needs from outside: ML.NET's environment and transforms, the clock, and how a policy becomes a scoring chain.</summary>
/// <param name="Transforms">ML.NET's catalog of transforms.</param>
/// <param name="Environment">Seed, device, log, cancellation.</param>
/// <param name="Clock">Tells how long a stage runs.</param>
/// <param name="Scoring">Makes the saved form of a policy; given from outside, since scoring stands to the right of training.</param>
internal sealed record TrainingHost(TransformsCatalog Transforms, IHostEnvironment Environment, TimeProvider Clock, Func<PolicyModel, ItemCatalog, ListDecoding, ITransformer> Scoring)
{
    /// <summary>Returns the device that the context asks for: its GPU, else the CPU.</summary>
    /// <exception cref="GpuUnavailableException">A GPU is asked for, there is none, and the CPU may not stand in.</exception>
    public torch.Device Device()
    {
        TorchRuntime.EnsureLoaded();
        if (HostSwitches.GpuDeviceId(Environment) is not { } gpu)
            return torch.CPU;
        if (torch.cuda.is_available())
            return torch.device(DeviceType.CUDA, gpu);
        return HostSwitches.FallbackToCpu(Environment)
            ? torch.CPU
            : throw new GpuUnavailableException($"MLContext.GpuDeviceId is {gpu}, but no CUDA device can be used; set {TorchLibrary.Variable} to a libtorch with CUDA, or set MLContext.FallbackToCpu.");
    }

    /// <summary>Runs a stage in its own host: seeded by the context, logged to it, stopped by it.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="listener">The caller's own progress, or <see langword="null"/>.</param>
    /// <param name="run">The stage: given its seed and whom to report to.</param>
    public void Run(string stage, IProgress<TrainingProgress>? listener, Action<ulong, Action<TrainingProgress>> run)
    {
        var host = Environment.Register(stage);
        using var channel = host.Start("Fit");
        using var scope = torch.NewDisposeScope(); // the stage's own tensors: weights, optimizer, reference
        var watch = new TrainingWatch();
        run((ulong)host.Rand.NextInt64(), step =>
        {
            var progress = step with { Warnings = watch.Look(step) };
            channel.Info(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
                $"{progress.Stage} {progress.Step}/{progress.Steps} loss {progress.Loss:0.0000} reward {progress.Reward:0.0000} valid {progress.ValidationNdcg ?? progress.ValidationLoss:0.0000}"));
            foreach (var warning in progress.Warnings)
                channel.Warning(MessageSensitivity.None, $"{progress.Stage} {progress.Step}/{progress.Steps}: {warning.Message}");
            listener?.Report(progress);
            if (HostSwitches.IsCanceled(Environment))
                throw new OperationCanceledException($"{stage} was cancelled at step {progress.Step} of {progress.Steps}.");
        });
    }

    /// <summary>Logs a warning. Unlike a host of its own, which would draw a seed, it changes nothing that comes after.</summary>
    public void Warn(string message)
    {
        using var channel = Environment.Start("Checkpoints");
        channel.Warning(MessageSensitivity.None, message);
    }

    /// <summary>Logs how batches are cut, where that was chosen for the user.</summary>
    public void Tell(string message)
    {
        using var channel = Environment.Start("MicroBatch");
        channel.Info(MessageSensitivity.None, message);
    }

    public PolicyTransformer Transformer(PolicyModel policy, ItemCatalog catalog, ListDecoding decoding) => new(policy, trained => Scoring(trained, catalog, decoding));
}
