using System.Buffers.Binary;
using System.Numerics;

namespace MLNet.ConvRec.Training.Reports.Files;

/// <summary>The records of TensorFlow's files (TFRecord): length, checksum of the length, content, checksum of the content.</summary>
internal static class RecordFile
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>Adds a record, and flushes it.</summary>
    public static void Append(Stream file, ReadOnlySpan<byte> content)
    {
        var record = new byte[sizeof(ulong) + sizeof(uint) + content.Length + sizeof(uint)];
        var length = record.AsSpan(0, sizeof(ulong));
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), MaskedChecksum(length));
        content.CopyTo(record.AsSpan(sizeof(ulong) + sizeof(uint)));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(record.Length - sizeof(uint)), MaskedChecksum(content));
        file.Write(record);
        file.Flush();
    }

    /// <summary>Returns the CRC-32C, rotated and shifted, so that a checksum of what holds checksums stays one.</summary>
    public static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        var checksum = uint.MaxValue;
        foreach (var each in bytes)
            checksum = BitOperations.Crc32C(checksum, each);
        return BitOperations.RotateRight(~checksum, 15) + MaskDelta;
    }
}
