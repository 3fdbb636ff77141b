using System.Diagnostics;
using System.Text;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Dialogues;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Text_HasNoByteOrderMarkAndUnixBreaks()
    {
        AtomicFile.WriteText(_folder.PathOf("t.txt"), text => text.WriteLine("é"));

        Assert.Equal(Encoding.UTF8.GetBytes("é\n"), File.ReadAllBytes(_folder.PathOf("t.txt")));
    }

    [Fact]
    public void TargetStaysUntouched_UntilTheContentIsWhole()
    {
        var path = _folder.WithLines("t.txt", "old");

        AtomicFile.WriteText(path, text =>
        {
            text.Write("new");
            text.Flush();
            Assert.Equal("old\n", File.ReadAllText(path));
        });

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(["t.txt"], _folder.Names);
    }

    [Theory]
    [InlineData("t.txt")]
    [InlineData("t.txt.gz")]
    public void Failure_LeavesNothing(string name)
    {
        Assert.Throws<InvalidOperationException>(() => AtomicFile.WriteText(_folder.PathOf(name), text =>
        {
            text.Write("half");
            throw new InvalidOperationException();
        }));

        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void MissingFolder_IsMade()
    {
        var path = Path.Combine(_folder.FullName, "a", "b", "t.txt");

        AtomicFile.WriteText(path, text => text.Write("x"));

        Assert.Equal("x", File.ReadAllText(path));
    }

    [Fact]
    public void SameContent_GivesTheSameGzipBytes()
    {
        AtomicFile.WriteText(_folder.PathOf("a.gz"), text => text.Write("x"));
        AtomicFile.WriteText(_folder.PathOf("b.gz"), text => text.Write("x"));

        Assert.Equal([0x1F, 0x8B], File.ReadAllBytes(_folder.PathOf("a.gz"))[..2]);
        Assert.Equal(File.ReadAllBytes(_folder.PathOf("a.gz")), File.ReadAllBytes(_folder.PathOf("b.gz")));
    }

    [Theory]
    [InlineData("earlier")]
    [InlineData(null)]
    public void Link_StaysAndItsTargetIsWritten(string? earlier)
    {
        var target = _folder.PathOf("target.txt");
        File.CreateSymbolicLink(_folder.PathOf("middle.txt"), "target.txt");
        File.CreateSymbolicLink(_folder.PathOf("link.txt"), "middle.txt");
        if (earlier is not null)
            File.WriteAllText(target, earlier);

        AtomicFile.WriteText(_folder.PathOf("link.txt"), text => text.Write("x"));

        Assert.Equal("middle.txt", new FileInfo(_folder.PathOf("link.txt")).LinkTarget);
        Assert.Null(new FileInfo(target).LinkTarget);
        Assert.Equal("x", File.ReadAllText(target));
        Assert.Equal(["link.txt", "middle.txt", "target.txt"], _folder.Names);
    }

    [Fact]
    public async Task Pipe_IsWrittenThroughAndStaysAPipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no pipes by name");
        var pipe = Pipe();
        var read = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);

        AtomicFile.WriteText(pipe, text => text.Write("through"));

        Assert.Equal("through", await read);
        Assert.True(WriteTarget.IsThrough(pipe));
        Assert.Equal(["pipe"], _folder.Names);
    }

    [Fact]
    public void WhatIsAFile_IsNotWrittenThrough_AndWhatIsADeviceIs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "other devices");
        File.CreateSymbolicLink(_folder.PathOf("null"), "/dev/null");

        Assert.False(WriteTarget.IsThrough(_folder.WithLines("full.txt", "x")));
        Assert.False(WriteTarget.IsThrough(_folder.WithLines("empty.txt")));
        Assert.False(WriteTarget.IsThrough(_folder.PathOf("absent.txt")));
        Assert.True(WriteTarget.IsThrough("/dev/null"));
        Assert.True(WriteTarget.IsThrough(_folder.PathOf("null")));
    }

    private string Pipe()
    {
        using var made = Process.Start("mkfifo", _folder.PathOf("pipe"));
        made.WaitForExit();
        return _folder.PathOf("pipe");
    }
}
