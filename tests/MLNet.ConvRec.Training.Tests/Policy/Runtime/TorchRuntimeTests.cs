using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;

namespace MLNet.ConvRec.Training.Tests.Policy.Runtime;

[Collection<Alone>]
public class TorchRuntimeTests
{
    [Fact]
    public void Backend_LoadsOnThisMachine()
    {
        TorchRuntime.EnsureLoaded();

        Assert.Equal(3, TorchSharp.torch.tensor(new[] { 1f, 2f }).sum().item<float>());
    }

    [Fact]
    public void MissingBackend_IsToldWithThePackageToAdd()
    {
        var folder = Directory.CreateTempSubdirectory("convrec-torch-").FullName;
        try
        {
            var nothing = TorchRuntime.Missing(folder);
            File.WriteAllText(Path.Combine(folder, "libLibTorchSharp.so"), "");
            var noBackend = TorchRuntime.Missing(folder);
            File.WriteAllText(Path.Combine(folder, "libtorch_cpu.so"), "");

            Assert.Contains("libLibTorchSharp.so is missing", nothing, StringComparison.Ordinal);
            Assert.Contains("there is no libtorch_cpu.so. Add the package libtorch-cpu-linux-x64", noBackend, StringComparison.Ordinal);
            Assert.Null(TorchRuntime.Missing(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
