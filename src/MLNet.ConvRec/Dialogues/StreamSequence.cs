namespace MLNet.ConvRec.Dialogues;

/// <summary>Streams that are read one behind the other as if they were one; none needs to be a file.</summary>
internal sealed class StreamSequence(params IReadOnlyList<Stream> streams) : Stream
{
    private int _current;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        for (; _current < streams.Count; _current++)
        {
            if (streams[_current].Read(buffer) is > 0 and var read)
                return read;
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var stream in streams)
                stream.Dispose();
        }

        base.Dispose(disposing);
    }
}
