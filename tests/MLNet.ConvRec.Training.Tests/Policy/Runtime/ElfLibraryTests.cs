using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Tests;

namespace MLNet.ConvRec.Training.Tests.Policy.Runtime;

public sealed class ElfLibraryTests : IDisposable
{
    private static readonly string Folder = AppContext.BaseDirectory;

    private readonly TemporaryFolder _folder = new();

    public ElfLibraryTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads libraries for Linux.");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatTorchSharpAsksForInNoVersion_IsWhatLibtorchGives()
    {
        string[] asked = [.. ElfLibrary.Read(Path.Combine(Folder, TorchHost.Shim)).Asked];

        Assert.InRange(asked.Length, 1000, 2000);
        Assert.Contains("_ZN5torch4cuda12is_availableEv", asked);
        Assert.DoesNotContain("malloc", asked);
        Assert.DoesNotContain("THSTorchCuda_is_available", asked);
        Assert.Empty(new LibtorchFolder(Folder).Missing(asked));
        Assert.Equal(["_ZN5torch4cuda13is_unavailableEv"], new LibtorchFolder(Folder).Missing([.. asked, "_ZN5torch4cuda13is_unavailableEv"]));
    }

    [Fact]
    public void Needed_AreTheNamesOfLibraries()
    {
        Assert.Equal(["libtorch_cpu.so"], ElfLibrary.Read(Path.Combine(Folder, "libtorch.so")).Needed);
        Assert.Contains("libc10.so", ElfLibrary.Read(Path.Combine(Folder, "libtorch_cpu.so")).Needed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(5000)]
    public void CutFile_IsNamed(int length)
    {
        var path = _folder.PathOf("cut.so");
        File.WriteAllBytes(path, File.ReadAllBytes(Path.Combine(Folder, "libtorch.so"))[..length]);

        Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => ElfLibrary.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FileThatIsNoLibrary_IsNamed()
    {
        var path = _folder.WithLines("text.so", Enumerable.Repeat("no library", 100));

        Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => ElfLibrary.Read(path)).Message, StringComparison.Ordinal);
    }
}
