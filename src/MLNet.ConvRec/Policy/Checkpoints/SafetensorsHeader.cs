using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>The header of a safetensors file, checked against every rule of the form before anything is allocated by it.</summary>
/// <param name="Entries">The tensors by name.</param>
/// <param name="DataStart">Offset of the data in the file.</param>
internal sealed record SafetensorsHeader(IReadOnlyDictionary<string, SafetensorsEntry> Entries, long DataStart)
{
    // The form's own limit.
    private const ulong MaximumLength = 100_000_000;

    /// <summary>Reads the header.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">The file breaks a rule of the form; the sentence says which.</exception>
    public static SafetensorsHeader Read(SafeFileHandle file, string path)
    {
        var fileLength = RandomAccess.GetLength(file);
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (!ReadFully(file, prefix, 0))
            throw SafetensorsFault.NotWhole(path, "the file ends before the length of its header");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaximumLength)
            throw SafetensorsFault.NotWhole(path, $"the header is said to have {length} bytes, more than the form's limit of {MaximumLength}");
        var start = prefix.Length + (long)length;
        if (start > fileLength)
            throw SafetensorsFault.NotWhole(path, $"the header is said to have {length} bytes, more than the file");
        var header = new byte[length];
        if (!ReadFully(file, header, prefix.Length))
            throw SafetensorsFault.NotWhole(path, "the file ends within its header");
        var entries = SafetensorsHeaderReader.Read(header, path);
        CheckPlaces(entries, fileLength - start, path);
        return new SafetensorsHeader(entries, start);
    }

    // Sorted by place, each tensor begins where the one before it ends, and the last ends the file.
    private static void CheckPlaces(Dictionary<string, SafetensorsEntry> entries, long dataLength, string path)
    {
        var sorted = entries.ToArray();
        Array.Sort(sorted, (a, b) => (a.Value.Begin, a.Value.End).CompareTo((b.Value.Begin, b.Value.End)));
        var end = 0L;
        foreach (var (name, entry) in sorted)
        {
            if (entry.Begin != end)
            {
                throw SafetensorsFault.NotWhole(
                    path,
                    $"tensor {SafetensorsFault.Shown(name)} begins at byte {entry.Begin}, not at {end} where the one before it ends: "
                    + (entry.Begin > end ? "there is a hole" : "they overlap"));
            }

            end = entry.End;
        }

        if (end != dataLength)
            throw SafetensorsFault.NotWhole(path, $"the tensors take {end} bytes, but the file holds {dataLength}");
    }

    private static bool ReadFully(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
                return false;
            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }
}
