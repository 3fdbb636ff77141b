using System.Buffers.Binary;
using System.Text;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>What a shared library for 64-bit Linux asks of others and what it gives them (System V ABI, "Dynamic Linking").</summary>
/// <remarks>Only the dynamic sections are read: libtorch's libraries are up to some gigabytes large.</remarks>
internal sealed class ElfLibrary
{
    private const int HeaderSize = 0x40, SectionHeaderOffset = 0x28, SectionHeaderSize = 0x3A, SectionCount = 0x3C;
    private const uint Dynamic = 6, DynamicSymbols = 11, SymbolVersions = 0x6fffffff;
    private const int SymbolSize = 24, DynamicSize = 16, NeededTag = 1, Global = 1, LastUnversioned = 1;

    private readonly byte[] _names, _symbols, _versions, _dynamic;

    private ElfLibrary(byte[] names, byte[] symbols, byte[] versions, byte[] dynamic) =>
        (_names, _symbols, _versions, _dynamic) = (names, symbols, versions, dynamic);

    /// <summary>The file names of the libraries that it needs.</summary>
    public IEnumerable<string> Needed =>
        from entry in Enumerable.Range(0, _dynamic.Length / DynamicSize)
        where Long(_dynamic, entry * DynamicSize) == NeededTag
        select Name(Long(_dynamic, entry * DynamicSize + 8));

    /// <summary>
    /// The symbols that it can't do without and asks for in no certain version: those of libtorch, which has no versions, and not those of
    /// libc and libstdc++, which have.
    /// </summary>
    public IEnumerable<string> Asked => Names(symbol => !IsDefined(symbol) && Binding(symbol) == Global && Version(symbol) <= LastUnversioned);

    /// <summary>The symbols that it gives to others.</summary>
    public IEnumerable<string> Defined => Names(symbol => IsDefined(symbol) && Binding(symbol) >= Global);

    /// <summary>Reads a library's dynamic sections.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is no such library, or cut short.</exception>
    public static ElfLibrary Read(string path)
    {
        using var file = File.OpenHandle(path);
        var header = Bytes(file, 0, HeaderSize);
        if (!header.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8))
            throw NoLibrary(path);
        var size = Short(header, SectionHeaderSize);
        var sections = Bytes(file, Long(header, SectionHeaderOffset), (long)size * Short(header, SectionCount));
        var symbols = Section(DynamicSymbols) ?? throw NoLibrary(path);
        var names = (int)Int(sections, symbols + 0x28) * size;
        return new ElfLibrary(Content(names), Content(symbols), Content(Section(SymbolVersions)), Content(Section(Dynamic)));

        int? Section(uint type)
        {
            for (var section = 0; section < sections.Length; section += size)
            {
                if (Int(sections, section + 4) == type)
                    return section;
            }

            return null;
        }

        byte[] Content(int? section) =>
            section is { } at ? Bytes(file, Long(sections, at + 0x18), Long(sections, at + 0x20)) : [];

        byte[] Bytes(Microsoft.Win32.SafeHandles.SafeFileHandle from, long offset, long count)
        {
            if (offset < 0 || count < 0 || count > RandomAccess.GetLength(from) - offset)
                throw NoLibrary(path);
            var bytes = new byte[count];
            for (int read = 0, more = 1; read < count && more > 0; read += more)
                more = RandomAccess.Read(from, bytes.AsSpan(read), offset + read);
            return bytes;
        }
    }

    private static InvalidDataException NoLibrary(string path) => new($"{path} is cut short, or no library for 64-bit Linux.");

    // A symbol: name 4, binding and type 1, visibility 1, section 2 (0 if it is asked for), value 8, size 8.
    private IEnumerable<string> Names(Func<int, bool> isChosen) =>
        from symbol in Enumerable.Range(0, _symbols.Length / SymbolSize)
        where isChosen(symbol)
        select Name(Int(_symbols, symbol * SymbolSize));

    private bool IsDefined(int symbol) => Short(_symbols, symbol * SymbolSize + 6) != 0;

    private int Binding(int symbol) => _symbols[symbol * SymbolSize + 4] >> 4;

    private int Version(int symbol) => symbol * 2 < _versions.Length ? Short(_versions, symbol * 2) & 0x7fff : 0;

    private string Name(long at)
    {
        var name = _names.AsSpan((int)at);
        return Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
    }

    private static long Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private static uint Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static int Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
}
