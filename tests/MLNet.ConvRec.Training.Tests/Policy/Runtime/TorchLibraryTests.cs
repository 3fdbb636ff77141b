using System.Text.RegularExpressions;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Tests;

namespace MLNet.ConvRec.Training.Tests.Policy.Runtime;

/// <summary>A libtorch that the user brings, in a process of its own each: what is loaded once stays.</summary>
[Collection<Alone>]
public sealed partial class TorchLibraryTests : IClassFixture<LibtorchCopy>, IDisposable
{
    private readonly LibtorchCopy _copy;
    private readonly TemporaryFolder _folder = new();
    private readonly TorchHost _host = new();

    public TorchLibraryTests(LibtorchCopy copy)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A libtorch of one's own is for Linux.");
        _copy = copy;
    }

    public void Dispose()
    {
        _folder.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task ProgramWithoutLibtorch_TakesTheOneOfTheVariable() => AssertUses(_copy.Libraries, await _host.RunAsync(_copy.Libraries));

    [Fact]
    public async Task ProgramWithoutLibtorch_TellsOfTheVariable()
    {
        var sentence = Sentence(await _host.RunAsync(variable: ""));

        Assert.Contains("there is no libtorch_cpu.so", sentence, StringComparison.Ordinal);
        Assert.EndsWith("or set CONVREC_LIBTORCH to the folder of a libtorch.", sentence, StringComparison.Ordinal);
    }

    // Two in a process would end it.
    [Fact]
    public async Task LibtorchesBesideTheProgram_AreLeftAlone()
    {
        foreach (var file in LibtorchCopy.Beside)
            File.CreateSymbolicLink(_host.PathOf(Path.GetFileName(file)), file);
        File.CreateSymbolicLink(_host.PathOf("libtorch_cuda.so"), Path.Combine(AppContext.BaseDirectory, "libc10.so"));

        AssertUses(_copy.Libraries, await _host.RunAsync(_copy.Libraries));
    }

    [Fact]
    public async Task Use_ComesBeforeTheVariable_AndOnce()
    {
        var run = await _host.RunAsync("/nowhere", _copy.Root);

        Assert.Contains(Path.Combine(_copy.Libraries, "libtorch_cpu.so"), run.Output);
        Assert.Equal("A libtorch is loaded already; call TorchLibrary.Use once, before the first trainer is used.", Sentence(run));
    }

    [Fact]
    public async Task NoFolder_IsNamed()
    {
        var folder = _folder.PathOf("none");

        Assert.StartsWith($"CONVREC_LIBTORCH={folder}: there is no such folder; give the folder", Sentence(await _host.RunAsync(folder)), StringComparison.Ordinal);
        Assert.StartsWith($"{folder}: there is no such folder; give the folder", Sentence(await _host.RunAsync(null, folder)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyFolder_IsNamedWithWhatIsMissing() =>
        Assert.StartsWith($"CONVREC_LIBTORCH={_folder.FullName}: there is no libc10.so; give", Sentence(await _host.RunAsync(_folder.FullName)), StringComparison.Ordinal);

    [Fact]
    public async Task FilesThatAreNoLibraries_AreNamed()
    {
        foreach (var file in LibtorchCopy.Beside)
            _folder.WithLines(Path.GetFileName(file), "no library");

        Assert.Contains($"{_folder.PathOf("libc10.so")} is cut short, or no library", Sentence(await _host.RunAsync(_folder.FullName)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherLibraryOfTheName_IsToldByWhatItLacks()
    {
        LinkAllBut("libtorch_cpu.so");
        File.CreateSymbolicLink(_folder.PathOf("libtorch_cpu.so"), Path.Combine(_copy.Libraries, "libc10.so"));

        Assert.Matches(@": this libtorch lacks 1\d\d\d of the 1\d\d\d symbols that TorchSharp uses, such as _ZN\w+, _ZN\w+, _ZN\w+; give libtorch 2\.10\.0",
            Sentence(await _host.RunAsync(_folder.FullName)));
    }

    [Fact]
    public async Task OneSymbolThatIsNotThere_IsNamed()
    {
        TorchHost.Rename(_host.PathOf(TorchHost.Shim), _host.PathOf(TorchHost.Shim), "_ZN5torch4cuda12device_countEv", "_ZN5torch4cuda12device_colorEv");

        var sentence = Sentence(await _host.RunAsync(_copy.Libraries));

        Assert.Contains($": libtorch {LibtorchCopy.Version} lacks 1 of the ", sentence, StringComparison.Ordinal);
        Assert.Contains("such as _ZN5torch4cuda12device_colorEv; give", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LibraryThatAnotherNeeds_IsNamedWhereItIsMissing()
    {
        LinkAllBut("libtorch.so");
        TorchHost.Rename(Path.Combine(_copy.Libraries, "libtorch.so"), _folder.PathOf("libtorch.so"), "libtorch_cpu.so", "libcudax.so");

        Assert.Contains("libtorch can't be loaded (libcudax.so: cannot open shared object file: No such file or directory); install what is missing",
            Sentence(await _host.RunAsync(_folder.FullName)), StringComparison.Ordinal);
    }

    // As in a PyTorch wheel: torch/lib, and CUDA's libraries beside torch.
    [Fact]
    public async Task LibraryThatAnotherNeeds_IsFoundBesideAWheel()
    {
        var (libraries, nvidia) = (Path.Combine("torch", "lib"), Path.Combine("nvidia", "cu13", "lib"));
        Directory.CreateDirectory(_folder.PathOf(libraries));
        Directory.CreateDirectory(_folder.PathOf(nvidia));
        LinkAllBut("libtorch.so", libraries);
        var torch = Path.Combine(_copy.Libraries, "libtorch.so");
        TorchHost.Rename(torch, _folder.PathOf(Path.Combine(libraries, "libtorch.so")), "libtorch_cpu.so", "libcudax.so");
        TorchHost.Rename(torch, _folder.PathOf(Path.Combine(nvidia, "libcudax.so")), "libtorch.so", "libcudax.so");

        var run = await _host.RunAsync(_folder.PathOf(libraries));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("sum 3", run.Output);
    }

    [Fact]
    public void BuiltFor_IsTorchSharpsVersion()
    {
        TorchRuntime.EnsureLoaded();

        Assert.StartsWith(OwnLibtorch.BuiltFor, TorchSharp.torch.__version__, StringComparison.Ordinal);
    }

    private void LinkAllBut(string name, string folder = "")
    {
        foreach (var file in Directory.EnumerateFiles(_copy.Libraries).Where(file => Path.GetFileName(file) != name))
            File.CreateSymbolicLink(_folder.PathOf(Path.Combine(folder, Path.GetFileName(file))), file);
    }

    private static void AssertUses(string libraries, (int ExitCode, string[] Output, string Error) run)
    {
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["CUDA False", "sum 3"], run.Output[..2]);
        Assert.Equal([Path.Combine(libraries, "libtorch.so"), Path.Combine(libraries, "libtorch_cpu.so")],
            run.Output[2..].Where(file => Libtorch().IsMatch(file)).Order(StringComparer.Ordinal));
        Assert.Single(run.Output, file => file.EndsWith(TorchHost.Shim, StringComparison.Ordinal));
    }

    private static string Sentence((int ExitCode, string[] Output, string Error) run)
    {
        Assert.Equal(1, run.ExitCode);
        return Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [GeneratedRegex("/libtorch[^/]*$")]
    private static partial Regex Libtorch();
}
