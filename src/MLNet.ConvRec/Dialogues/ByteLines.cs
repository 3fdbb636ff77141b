namespace MLNet.ConvRec.Dialogues;

/// <summary>The lines of plain or gzip bytes, one at a time; memory holds the longest line and no more.</summary>
internal sealed class ByteLines : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly string _path;
    private readonly Stream _stream;
    private readonly bool _isGzip;
    private byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Takes over a stream, which need not be a file; gzip is known by its first two bytes, whatever the name.</summary>
    /// <param name="path">What errors call it.</param>
    /// <param name="stream">The content.</param>
    public ByteLines(string path, Stream stream)
    {
        _path = path;

        // A pipe can't go back: what was looked at is put in front again.
        var magic = new byte[2];
        var length = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        var whole = new StreamSequence(new MemoryStream(magic, 0, length, writable: false), stream);
        _isGzip = magic is [0x1F, 0x8B];
        _stream = _isGzip ? GzipContent.Open(whole) : whole;
    }

    /// <summary>The 1-based number of the line read last; 0 before the first.</summary>
    public long Number { get; private set; }

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads the next line without its line break and without a byte order mark.</summary>
    /// <param name="line">The line; valid until the next call.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InvalidDataException">The gzip data are damaged or cut short.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int length, searched = 0;
        while ((length = Unread[searched..].IndexOf((byte)'\n')) < 0 && !_atEnd)
        {
            searched = Unread.Length;
            Fill();
            searched = Math.Min(searched, Unread.Length);
        }

        var hasBreak = length >= 0;
        length = hasBreak ? searched + length : Unread.Length;
        line = Unread[..length];
        if (!hasBreak && length == 0)
            return false;
        _start += length + (hasBreak ? 1 : 0);
        if (++Number == 1 && line.StartsWith("\uFEFF"u8))
            line = line[3..];
        return true;
    }

    public void Dispose() => _stream.Dispose();

    private void Fill()
    {
        if (_start > 0)
        {
            Unread.CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = ReadInto(_buffer.AsSpan(_end));
        _end += read;
        _atEnd = read == 0;
        if (_atEnd && _isGzip)
            TakeEndMark();
    }

    private int ReadInto(Span<byte> free)
    {
        try
        {
            return _stream.Read(free);
        }
        catch (InvalidDataException damage)
        {
            throw Damaged(damage);
        }
    }

    private void TakeEndMark()
    {
        if (!Unread.EndsWith(GzipContent.EndMark))
            throw Damaged(null);
        _end -= GzipContent.EndMark.Length;
    }

    private InvalidDataException Damaged(InvalidDataException? cause) =>
        new($"{_path}, after line {Number}: the gzip data are damaged or cut short; make the file again.", cause);
}
