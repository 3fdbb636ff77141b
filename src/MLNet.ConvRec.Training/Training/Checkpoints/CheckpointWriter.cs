using System.Security.Cryptography;
using System.Text;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>Writes a checkpoint's files, each flushed to the disk: the manifest after those that it lists, and the mark of completeness last.</summary>
internal sealed class CheckpointWriter(ICheckpointFiles files, string folder)
{
    private const int Buffer = 1 << 20;
    private readonly Dictionary<string, CheckpointFile> _written = new(StringComparer.Ordinal);

    /// <summary>What was written so far.</summary>
    public IReadOnlyDictionary<string, CheckpointFile> Written => _written;

    /// <summary>Writes a file and takes note of its length and hash.</summary>
    public CheckpointFile Write(string name, Action<Stream> write)
    {
        using var file = files.Create(Path.Combine(folder, name));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hashing = new HashingStream(file, hash);
        var buffered = new BufferedStream(hashing, Buffer); // not disposed of: that would close the file before it is flushed
        write(buffered);
        buffered.Flush();
        files.Flush(file);
        return _written[name] = new CheckpointFile(hashing.Length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Writes the manifest, then the mark, which holds the manifest's hash; then both are certain to be in the folder.</summary>
    public void Complete(CheckpointManifest manifest)
    {
        var listed = Write(CheckpointNames.Manifest, stream => stream.Write(manifest.Write()));
        Write(CheckpointNames.Complete, stream => stream.Write(Encoding.ASCII.GetBytes(listed.Sha256)));
        files.FlushNames(folder);
    }

    private sealed class HashingStream(Stream inner, IncrementalHash hash) : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer);
            hash.AppendData(buffer);
            _length += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
