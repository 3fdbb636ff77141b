using System.Runtime.CompilerServices;
using Microsoft.ML.Runtime;

namespace MLNet.ConvRec;

/// <summary>ML.NET's own switches of a context, which training obeys too: <c>GpuDeviceId</c>, <c>FallbackToCpu</c> and <c>CancelExecution</c>.</summary>
/// <remarks>The interfaces that hold them are internal to ML.NET; a test pins their names.</remarks>
internal static class HostSwitches
{
    private const string Internal = "Microsoft.ML.Runtime.IHostEnvironmentInternal, Microsoft.ML.Core";
    private const string Cancelable = "Microsoft.ML.Runtime.ICancelable, Microsoft.ML.Core";

    /// <summary>The GPU that the context asks for, or <see langword="null"/> for none.</summary>
    public static int? GpuDeviceId(IHostEnvironment environment) => GetGpuDeviceId(environment);

    /// <summary>Takes the GPU from a context until the result is disposed of; other threads that use the context see it too.</summary>
    public static IDisposable WithoutGpu(IHostEnvironment environment) => new NoGpu(environment);

    /// <summary>Whether the CPU may stand in for a GPU that isn't there.</summary>
    public static bool FallbackToCpu(IHostEnvironment environment) => GetFallbackToCpu(environment);

    /// <summary>Whether the context's execution was cancelled (<c>ICancelable</c>, which ML.NET keeps to itself and its AutoML).</summary>
    public static bool IsCanceled(IHostEnvironment environment) => GetIsCanceled(environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_GpuDeviceId")]
    private static extern int? GetGpuDeviceId([UnsafeAccessorType(Internal)] object environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_GpuDeviceId")]
    private static extern void SetGpuDeviceId([UnsafeAccessorType(Internal)] object environment, int? gpu);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_FallbackToCpu")]
    private static extern bool GetFallbackToCpu([UnsafeAccessorType(Internal)] object environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsCanceled")]
    private static extern bool GetIsCanceled([UnsafeAccessorType(Cancelable)] object environment);

    private sealed class NoGpu : IDisposable
    {
        private readonly IHostEnvironment _environment;
        private readonly int? _gpu;

        public NoGpu(IHostEnvironment environment)
        {
            (_environment, _gpu) = (environment, GetGpuDeviceId(environment));
            SetGpuDeviceId(environment, null);
        }

        public void Dispose() => SetGpuDeviceId(_environment, _gpu);
    }
}
