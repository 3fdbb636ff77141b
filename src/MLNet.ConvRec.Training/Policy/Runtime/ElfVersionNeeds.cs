using System.Buffers.Binary;
using System.Text;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>The symbol versions that a 64-bit little-endian ELF library asks of others, and how to make one of them optional.</summary>
/// <remarks>
/// LibTorchSharp asks for GLIBCXX_3.4.32 only for a marker that <c>&lt;iostream&gt;</c> leaves behind and nobody looks up. With VER_FLG_WEAK set on
/// that entry (System V ABI, "Version Needs") the loader of an older libstdc++ accepts the library.
/// </remarks>
internal static class ElfVersionNeeds
{
    private const int SectionHeaderOffset = 0x28, SectionHeaderSize = 0x3A, SectionCount = 0x3C;
    private const uint VersionNeedsSection = 0x6ffffffe;
    private const byte Weak = 0x2;

    /// <summary>Marks every need of <paramref name="version"/> as weak, in place.</summary>
    /// <param name="image">The library's bytes.</param>
    /// <param name="version">The version's name, such as GLIBCXX_3.4.32.</param>
    /// <returns>How many entries were changed; 0 if none asks for it or all were weak already.</returns>
    public static int Weaken(Span<byte> image, string version)
    {
        if (!image.StartsWith("\u007fELF\u0002\u0001"u8))
            return 0;
        var changed = 0;
        var sections = (int)Long(image, SectionHeaderOffset);
        for (var index = 0; index < Short(image, SectionCount); index++)
        {
            var section = sections + index * Short(image, SectionHeaderSize);
            if (Int(image, section + 4) != VersionNeedsSection)
                continue;
            var strings = (int)Long(image, sections + (int)Int(image, section + 0x28) * Short(image, SectionHeaderSize) + 0x18);
            changed += WeakenSection(image, (int)Long(image, section + 0x18), (int)Int(image, section + 0x2C), strings, version);
        }

        return changed;
    }

    // A section is a chain of libraries, each with a chain of the versions asked of it: hash 4, flags 2, other 2, name 4, next 4.
    private static int WeakenSection(Span<byte> image, int library, int libraries, int strings, string version)
    {
        var changed = 0;
        for (; libraries > 0; libraries--)
        {
            var entry = library + (int)Int(image, library + 8);
            for (int versions = Short(image, library + 2); versions > 0; versions--)
            {
                if (Name(image, strings + (int)Int(image, entry + 8)) == version && (image[entry + 4] & Weak) == 0)
                {
                    image[entry + 4] |= Weak;
                    changed++;
                }

                entry += (int)Int(image, entry + 12);
            }

            library += (int)Int(image, library + 12);
        }

        return changed;
    }

    private static string Name(ReadOnlySpan<byte> image, int at) => Encoding.ASCII.GetString(image[at..][..image[at..].IndexOf((byte)0)]);

    private static ulong Long(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt64LittleEndian(image[at..]);

    private static uint Int(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image[at..]);

    private static int Short(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);
}
