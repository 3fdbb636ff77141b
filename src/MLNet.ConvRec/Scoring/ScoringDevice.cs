using Microsoft.ML.Runtime;

namespace MLNet.ConvRec.Scoring;

/// <summary>Where a recommender runs: on the GPU that is asked for, or on the CPU in its place, which the log then tells.</summary>
internal static class ScoringDevice
{
    /// <summary>Returns the GPU to score on; <see langword="null"/> for the CPU.</summary>
    /// <param name="environment">Says whether the CPU may stand in, and takes the warning that it does.</param>
    /// <param name="gpu">The GPU that is asked for, or <see langword="null"/>.</param>
    /// <exception cref="GpuUnavailableException">The GPU can't be used, and the CPU may not stand in.</exception>
    public static int? Choose(IHostEnvironment environment, int? gpu)
    {
        if (gpu is not { } device || GpuProbe.Failure(device) is not { } cause)
            return gpu;
        if (!HostSwitches.FallbackToCpu(environment))
            throw new GpuUnavailableException($"GPU {device} can't score: {cause}, or set MLContext.FallbackToCpu.");
        Warn(environment, device, cause);
        return null;
    }

    /// <summary>Lets ML.NET's own transformer, which asks the context, be made for the device that <see cref="Choose"/> returns.</summary>
    /// <returns>What ends it; <see langword="null"/> if the context's choice stands.</returns>
    /// <inheritdoc cref="Choose" path="/exception"/>
    public static IDisposable? Enter(IHostEnvironment environment) =>
        HostSwitches.GpuDeviceId(environment) is { } gpu && Choose(environment, gpu) is null ? HostSwitches.WithoutGpu(environment) : null;

    /// <summary>
    /// As <see cref="Enter"/>, but the CPU stands in unasked: a policy that was trained on a GPU becomes a model whatever ONNX Runtime can use.
    /// </summary>
    public static IDisposable? EnterOrCpu(IHostEnvironment environment)
    {
        if (HostSwitches.GpuDeviceId(environment) is not { } gpu || GpuProbe.Failure(gpu) is not { } cause)
            return null;
        Warn(environment, gpu, cause);
        return HostSwitches.WithoutGpu(environment);
    }

    private static void Warn(IHostEnvironment environment, int gpu, string cause)
    {
        using var channel = environment.Start("Scoring");
        channel.Warning(MessageSensitivity.None, $"GPU {gpu} can't score, the CPU does: {cause}.");
    }
}
