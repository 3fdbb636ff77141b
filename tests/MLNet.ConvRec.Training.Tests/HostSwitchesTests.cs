using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace MLNet.ConvRec.Training.Tests;

public class HostSwitchesTests
{
    [Fact]
    public void Switches_AreThoseOfTheContext()
    {
        var ml = new MLContext(seed: 1) { GpuDeviceId = 3, FallbackToCpu = true };
        var environment = ml.Transforms.ConvRec.Environment;

        Assert.Equal(3, HostSwitches.GpuDeviceId(environment));
        Assert.True(HostSwitches.FallbackToCpu(environment));
        Assert.False(HostSwitches.IsCanceled(environment));

        Cancel(environment);

        Assert.True(HostSwitches.IsCanceled(environment));
        Assert.Null(HostSwitches.GpuDeviceId(new MLContext().Transforms.ConvRec.Environment));
    }

    // MLContext.CancelExecution is internal in ML.NET 5; its own AutoML calls it.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CancelExecution")]
    internal static extern void Cancel([UnsafeAccessorType("Microsoft.ML.Runtime.ICancelable, Microsoft.ML.Core")] object environment);

    [Fact]
    public void Seed_IsTheContexts()
    {
        long Draw(int seed) => new MLContext(seed).Transforms.ConvRec.Environment.Register("Sft").Rand.NextInt64();

        Assert.Equal(Draw(4), Draw(4));
        Assert.NotEqual(Draw(4), Draw(5));
    }
}
