using Microsoft.ML;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;

namespace MLNet.ConvRec.Gpu;

/// <summary>What a check runs on.</summary>
/// <param name="IsCuda">Whether it is the GPU; else the CPU stands in, on smaller work: the dry run.</param>
/// <param name="Data">The folder that holds <c>golden/</c>.</param>
/// <param name="Packages">Where the kit was unpacked: its own programs, and the golden values.</param>
internal sealed record CheckSetting(bool IsCuda, string Data, string Packages)
{
    /// <summary>The name of the folder of golden values.</summary>
    public const string Golden = "golden";

    /// <summary>The path of golden values: packed with the kit, else in <see cref="Data"/>.</summary>
    public string GoldenFile(string name) =>
        Path.Combine(Packages, Golden, name) is var packed && File.Exists(packed) ? packed : Path.Combine(Data, Golden, name);

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
