using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>A shared library for 64-bit Linux that holds nothing but its name.</summary>
/// <remarks>Once it is loaded, the system takes it for any library that is asked for by this name, without a look at the disk.</remarks>
internal static class EmptyLibrary
{
    private const int Segments = 0x40, Segment = 56, Dynamic = Segments + 3 * Segment, Symbols = Dynamic + 6 * 16, Symbol = 24, Names = Symbols + Symbol;
    private const int Load = 1, DynamicSegment = 2, Stack = 0x6474e551, ReadWrite = 6;

    /// <summary>Makes the library's bytes (System V ABI, "Object Files").</summary>
    /// <param name="name">The name that it goes by, such as libx.so.</param>
    public static byte[] Image(string name)
    {
        var image = new byte[Names + 1 + Encoding.ASCII.GetByteCount(name) + 1];
        Header(image);
        WriteSegment(image, 0, Load, offset: 0, image.Length, alignment: 0x1000);
        WriteSegment(image, 1, DynamicSegment, Dynamic, Symbols - Dynamic, alignment: 8);
        WriteSegment(image, 2, Stack, offset: 0, size: 0, alignment: 16); // without it the system would want an executable stack
        (int Tag, int Value)[] entries = [(14, 1), (5, Names), (10, image.Length - Names), (6, Symbols), (11, Symbol), (0, 0)]; // name, strings and their size, symbols and theirs
        for (var i = 0; i < entries.Length; i++)
        {
            Long(image, Dynamic + i * 16, entries[i].Tag);
            Long(image, Dynamic + i * 16 + 8, entries[i].Value);
        }

        Encoding.ASCII.GetBytes(name, image.AsSpan(Names + 1));
        return image;
    }

    private static void Header(Span<byte> image)
    {
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(image);
        Short(image, 0x10, 3);                                              // a shared library
        Short(image, 0x12, RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 183 : 62);
        Int(image, 0x14, 1);
        Long(image, 0x20, Segments);
        Short(image, 0x34, Segments);
        Short(image, 0x36, Segment);
        Short(image, 0x38, 3);
        Short(image, 0x3A, 64);
    }

    private static void WriteSegment(Span<byte> image, int index, int type, int offset, int size, int alignment)
    {
        var at = Segments + index * Segment;
        Int(image, at, type);
        Int(image, at + 4, ReadWrite);                                      // the system writes addresses into the dynamic section
        foreach (var place in (int[])[8, 16, 24])
            Long(image, at + place, offset);
        Long(image, at + 32, size);
        Long(image, at + 40, size);
        Long(image, at + 48, alignment);
    }

    private static void Long(Span<byte> image, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(image[at..], value);

    private static void Int(Span<byte> image, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(image[at..], value);

    private static void Short(Span<byte> image, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(image[at..], (ushort)value);
}
