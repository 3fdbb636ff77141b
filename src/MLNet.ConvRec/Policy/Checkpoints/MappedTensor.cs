using System.Buffers;
using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>A tensor that stays in its file and is read when asked.</summary>
internal sealed class MappedTensor(SafetensorsMapping file, long offset, long[] shape, WeightType type) : NamedTensor(shape, type)
{
    private const int BufferedElements = 1 << 16;

    /// <inheritdoc/>
    public override void ReadBytes(long start, Span<byte> bytes)
    {
        CheckRange(start, bytes.Length / Type.Size);
        if (bytes.Length % Type.Size != 0)
            throw new ArgumentException($"{bytes.Length} bytes are not whole elements of {Type}.", nameof(bytes));
        file.Read(offset + (start * Type.Size), bytes);
    }

    /// <inheritdoc/>
    public override void Read(long start, Span<float> values)
    {
        CheckRange(start, values.Length);
        if (Type == WeightType.Float32)
        {
            ReadBytes(start, MemoryMarshal.AsBytes(values));
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferedElements * Type.Size);
        for (var done = 0; done < values.Length; done += BufferedElements)
        {
            var part = values.Slice(done, Math.Min(BufferedElements, values.Length - done));
            var stored = buffer.AsSpan(0, part.Length * Type.Size);
            ReadBytes(start + done, stored);
            WeightTypes.Widen(stored, Type, part);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void CheckRange(long start, long count)
    {
        if (start < 0 || count > Count - start)
            throw new ArgumentOutOfRangeException(nameof(start), $"Elements {start} to {start + count} of a tensor of {Count} were asked for.");
    }
}
