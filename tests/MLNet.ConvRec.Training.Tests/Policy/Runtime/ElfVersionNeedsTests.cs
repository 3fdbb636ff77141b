using System.Buffers.Binary;
using System.Text;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;

namespace MLNet.ConvRec.Training.Tests.Policy.Runtime;

public class ElfVersionNeedsTests
{
    [Fact]
    public void NeededVersion_IsMadeWeakOnce_AndNothingElse()
    {
        var image = Library("GLIBCXX_3.4.21", "GLIBCXX_3.4.32");
        var before = image.ToArray();

        Assert.Equal(1, ElfVersionNeeds.Weaken(image, "GLIBCXX_3.4.32"));
        Assert.Equal(0, ElfVersionNeeds.Weaken(image, "GLIBCXX_3.4.32"));

        var changed = Enumerable.Range(0, image.Length).Where(at => image[at] != before[at]).ToArray();
        Assert.Equal([VersionEntry(1) + 4], changed);
        Assert.Equal(2, image[changed[0]]);
    }

    [Fact]
    public void OtherVersionOrOtherFile_IsLeftAlone()
    {
        Assert.Equal(0, ElfVersionNeeds.Weaken(Library("GLIBCXX_3.4.21"), "GLIBCXX_3.4.32"));
        Assert.Equal(0, ElfVersionNeeds.Weaken("MZ no ELF file at all"u8.ToArray(), "GLIBCXX_3.4.32"));
    }

    private const int Needs = 0x100, Strings = 0x200, Sections = 0x300;

    private static int VersionEntry(int index) => Needs + 16 + 16 * index;

    // A 64-bit ELF file with nothing but a string table and one library's version needs (System V ABI).
    private static byte[] Library(params string[] versions)
    {
        var image = new byte[0x400];
        "\u007fELF\u0002\u0001"u8.CopyTo(image);
        Write64(0x28, Sections);
        Write16(0x3A, 64);
        Write16(0x3C, 2);
        Write32(Sections + 4, 3);
        Write64(Sections + 0x18, Strings);
        Write32(Sections + 64 + 4, 0x6ffffffe);
        Write64(Sections + 64 + 0x18, Needs);
        Write32(Sections + 64 + 0x28, 0);
        Write32(Sections + 64 + 0x2C, 1);
        Write16(Needs + 2, versions.Length);
        Write32(Needs + 8, 16);
        var name = 1;
        for (var i = 0; i < versions.Length; i++)
        {
            Encoding.ASCII.GetBytes(versions[i]).CopyTo(image, Strings + name);
            Write32(VersionEntry(i) + 8, name);
            Write32(VersionEntry(i) + 12, i + 1 < versions.Length ? 16 : 0);
            name += versions[i].Length + 1;
        }

        return image;

        void Write16(int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), (ushort)value);
        void Write32(int at, int value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), (uint)value);
        void Write64(int at, long value) => BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), (ulong)value);
    }
}
