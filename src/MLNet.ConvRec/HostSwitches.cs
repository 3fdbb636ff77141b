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

    /// <summary>Whether the CPU may stand in for a GPU that isn't there.</summary>
    public static bool FallbackToCpu(IHostEnvironment environment) => GetFallbackToCpu(environment);

    /// <summary>Whether the context's execution was cancelled (<c>ICancelable</c>, which ML.NET keeps to itself and its AutoML).</summary>
    public static bool IsCanceled(IHostEnvironment environment) => GetIsCanceled(environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_GpuDeviceId")]
    private static extern int? GetGpuDeviceId([UnsafeAccessorType(Internal)] object environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_FallbackToCpu")]
    private static extern bool GetFallbackToCpu([UnsafeAccessorType(Internal)] object environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsCanceled")]
    private static extern bool GetIsCanceled([UnsafeAccessorType(Cancelable)] object environment);
}
