using MLNet.ConvRec.Training.Checkpoints;

namespace MLNet.ConvRec.Training.Tests.Training.Checkpoints;

/// <summary>The end of a process: nothing of ours may clean up after it.</summary>
internal sealed class KilledException : Exception;

/// <summary>How a run ends in the middle.</summary>
internal enum Death
{
    /// <summary>The process is killed before an operation, of a write half the bytes are in the file.</summary>
    Kill,

    /// <summary>The power is cut: what was written and not yet flushed is gone, and so are new names in folders whose names were not flushed.</summary>
    PowerCut,
}

/// <summary>A disk that ends the run at its n-th operation.</summary>
internal sealed class FaultyFiles(int last, Death death) : ICheckpointFiles
{
    private readonly DiskFiles _disk = new();
    private readonly List<CountedStream> _unflushed = [];
    private readonly List<(string From, string To)> _renamed = []; // in folders whose names are not flushed
    private bool _isDead;

    /// <summary>The operations so far, each a moment at which a run can end.</summary>
    public List<string> Operations { get; } = [];

    public void CreateFolder(string folder)
    {
        Count("create folder", folder);
        _disk.CreateFolder(folder);
    }

    public Stream Create(string path)
    {
        Count("create", path);
        var stream = new CountedStream(_disk.Create(path), this, path);
        _unflushed.Add(stream);
        return stream;
    }

    public void Flush(Stream file)
    {
        var counted = (CountedStream)file;
        Count("flush", counted.Path);
        _disk.Flush(counted.Inner);
        _unflushed.Remove(counted);
    }

    public void FlushNames(string folder)
    {
        Count("flush names", folder);
        _disk.FlushNames(folder);
        _renamed.RemoveAll(name => Path.GetDirectoryName(name.To) == folder);
    }

    public void Rename(string folder, string newFolder)
    {
        Count("rename", folder);
        _disk.Rename(folder, newFolder);
        _renamed.Add((folder, newFolder));
    }

    public void DeleteFile(string path)
    {
        Count("delete file", path);
        _disk.DeleteFile(path);
    }

    public void DeleteFolder(string folder)
    {
        Count("delete folder", folder);
        _disk.DeleteFolder(folder);
        _renamed.RemoveAll(name => name.To == folder);
    }

    private void Count(string operation, string path, Action? half = null)
    {
        if (_isDead)
            throw new InvalidOperationException($"After its end the run still tried: {operation} {path}.");
        Operations.Add($"{operation} {Path.GetFileName(path)}");
        if (Operations.Count != last)
            return;
        _isDead = true;
        half?.Invoke();
        if (death == Death.PowerCut)
            LoseWhatIsNotFlushed();
        throw new KilledException();
    }

    private void LoseWhatIsNotFlushed()
    {
        foreach (var stream in _unflushed)
            stream.Inner.SetLength(0);

        foreach (var (from, to) in _renamed.AsEnumerable().Reverse().Where(name => Directory.Exists(name.To)))
            Directory.Move(to, from);
    }

    private sealed class CountedStream(Stream inner, FaultyFiles files, string path) : Stream
    {
        public Stream Inner => inner;

        public string Path => path;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var bytes = buffer.ToArray();
            files.Count("write", path, () => inner.Write(bytes.AsSpan(0, bytes.Length / 2)));
            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
