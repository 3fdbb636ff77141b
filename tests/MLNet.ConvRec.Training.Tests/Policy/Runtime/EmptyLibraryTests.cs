using System.Runtime.InteropServices;
using MLNet.ConvRec.Policy.Runtime;

namespace MLNet.ConvRec.Training.Tests.Policy.Runtime;

public sealed class EmptyLibraryTests
{
    public EmptyLibraryTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads libraries for Linux.");

    [Fact]
    public void OnceItIsLoaded_ItIsFoundByItsName()
    {
        Assert.False(NativeLibrary.TryLoad("convrec_empty.so", out _));

        NativeLibrary.Load(NativeCache.Write("convrec_empty.so", EmptyLibrary.Image("convrec_empty.so")));

        Assert.True(NativeLibrary.TryLoad("convrec_empty.so", out _));
    }
}
