using System.IO.Compression;

namespace MLNet.ConvRec.Dialogues;

/// <summary>
/// Decompresses gzip so that a file that is cut short can be told from a whole one, which <see cref="GZipStream"/> alone does not tell.
/// </summary>
/// <remarks>
/// A gzip file may be several members one behind the other. One more is put behind the file's own: its content, <see cref="EndMark"/>,
/// comes out at the
/// very end exactly if the file's last member was complete.
/// </remarks>
internal static class GzipContent
{
    private static readonly byte[] EndMember = MakeEndMember();

    /// <summary>What stands behind the content of a whole file; no text holds it.</summary>
    public static ReadOnlySpan<byte> EndMark => "\0end of the gzip data\0"u8;

    /// <summary>Opens the content, which ends with <see cref="EndMark"/> if the file is whole.</summary>
    public static Stream Open(Stream file) =>
        new GZipStream(new StreamSequence(file, new MemoryStream(EndMember, writable: false)), CompressionMode.Decompress);

    private static byte[] MakeEndMember()
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.Fastest))
            gzip.Write(EndMark);
        return member.ToArray();
    }
}
