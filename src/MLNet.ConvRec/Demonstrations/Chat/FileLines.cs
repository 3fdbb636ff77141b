using Microsoft.Win32.SafeHandles;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Reads the lines of an open file with their places.</summary>
internal static class FileLines
{
    private const int BufferSize = 1 << 16;

    /// <summary>Reads all lines; memory holds the longest and no more.</summary>
    public static IEnumerable<FileLine> Read(SafeFileHandle file)
    {
        var buffer = new byte[BufferSize];
        var (offset, filled, number) = (0L, 0, 0L);
        while (true)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(filled), offset + filled);
            filled += read;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is var length and >= 0)
            {
                yield return new FileLine(++number, offset + start, buffer.AsMemory(start, length), HasBreak: true);
                start += length + 1;
            }

            if (read == 0)
            {
                if (start < filled)
                    yield return new FileLine(++number, offset + start, buffer.AsMemory(start, filled - start), HasBreak: false);
                yield break;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            offset += start;
            filled -= start;
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }
    }
}

/// <summary>A line of a file.</summary>
/// <param name="Number">Its 1-based number.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Bytes">What it holds, without the line break; valid until the next line is read.</param>
/// <param name="HasBreak">Whether a line break ends it; only the last line may lack one.</param>
internal readonly record struct FileLine(long Number, long Offset, ReadOnlyMemory<byte> Bytes, bool HasBreak);
