using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Recommend;

/// <summary>A file of items that alone may be listed: catalog lines (JSONL, plain or gzip), or one <c>Title (Year)</c> a line.</summary>
internal static class CandidateFile
{
    /// <summary>Reads the items.</summary>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    /// <exception cref="InvalidDataException">It holds no item, or a malformed line of JSON.</exception>
    public static IReadOnlyList<ItemReference> Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file; check the path.", path);
        if (IsCatalog(path))
            return [.. ItemCatalog.Load(path).Items.Select(item => item.Reference)];
        ItemReference[] items = [.. File.ReadLines(path).Select(ListLine.Parse).OfType<ItemReference>()];
        return items.Length > 0 ? items : throw new InvalidDataException($"{path}: there is no item; write one Title (Year) a line.");
    }

    // An object a line, or gzip; titles do not begin so.
    private static bool IsCatalog(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[64];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return start is [0x1F, 0x8B, ..] || start.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{', ..];
    }
}
