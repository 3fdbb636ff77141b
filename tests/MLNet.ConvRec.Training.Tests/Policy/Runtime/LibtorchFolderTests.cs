using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Tests;

namespace MLNet.ConvRec.Training.Tests.Policy.Runtime;

public sealed class LibtorchFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Libraries => _folder.PathOf("lib");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Libraries_StandInOrder_WithThoseOfCudaWhereTheyAre()
    {
        Write("libtorch.so", "libtorch_cuda.so", "libc10_cuda.so", "libtorch_cpu.so", "libc10.so", "libtorch_python.so");
        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"], Names());

        File.Delete(Path.Combine(Libraries, "libtorch_cuda.so"));
        File.Delete(Path.Combine(Libraries, "libc10_cuda.so"));
        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libtorch.so"], Names());

        IEnumerable<string?> Names() => LibtorchFolder.At(_folder.FullName).Libraries.Select(Path.GetFileName);
    }

    [Theory]
    [InlineData("build-version", "2.10.0+cu130\n", "2.10.0+cu130")]
    [InlineData("version.txt", "2.9.0a0", "2.9.0a0")]
    [InlineData("version.py", "from typing import Optional\n\n__all__ = ['__version__', 'debug']\n__version__ = '2.10.0+cu128'\ndebug = False\n", "2.10.0+cu128")]
    [InlineData("readme.txt", "2.10.0", null)]
    public void Version_IsThatOfAnUnpackedLibtorchOrAWheel(string file, string text, string? expected)
    {
        Write("libc10.so", "libtorch_cpu.so", "libtorch.so");
        File.WriteAllText(_folder.PathOf(file), text);

        Assert.Equal(expected, LibtorchFolder.At(Libraries).Version);
    }

    [Fact]
    public void LibraryThatIsMissing_IsNamed()
    {
        Write("libc10.so", "libtorch_cpu.so");

        Assert.Equal("there is no libtorch.so", Assert.Throws<InvalidDataException>(() => LibtorchFolder.At(Libraries)).Message);
    }

    private void Write(params string[] names)
    {
        Directory.CreateDirectory(Libraries);
        foreach (var name in names)
            File.WriteAllText(Path.Combine(Libraries, name), "");
    }
}
