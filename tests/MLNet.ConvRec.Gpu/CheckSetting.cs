using Microsoft.ML;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;

namespace MLNet.ConvRec.Gpu;

/// <summary>What a check runs on.</summary>
/// <param name="IsCuda">Whether it is the GPU; else the CPU stands in, on smaller work: the dry run.</param>
/// <param name="Data">The folder <c>shared</c>, with <c>golden/</c>; a check that needs it says where it is missing.</param>
/// <param name="Packages">Where the kit was unpacked: its own programs.</param>
internal sealed record CheckSetting(bool IsCuda, string Data, string Packages)
{
    /// <summary>The device of TorchSharp.</summary>
    public torch.Device Device
    {
        get
        {
            TorchRuntime.EnsureLoaded();
            return IsCuda ? torch.device(DeviceType.CUDA, 0) : torch.CPU;
        }
    }

    /// <summary>Makes a context that asks for the device.</summary>
    public MLContext Context(int seed = 1) => IsCuda ? new MLContext(seed) { GpuDeviceId = 0 } : new MLContext(seed);

    /// <summary>Waits until the device has done all that it was given.</summary>
    public void Synchronize()
    {
        if (IsCuda)
            torch.cuda.synchronize();
    }
}
