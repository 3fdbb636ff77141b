using System.Buffers.Binary;
using System.Text;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

/// <summary>Writes a header as it is given, right or wrong, with its true length before it and data behind.</summary>
internal static class RawSafetensors
{
    public static void Write(string path, string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        File.WriteAllBytes(path, [.. length, .. text, .. data]);
    }
}
