using System.IO.Compression;
using System.Text;

namespace MLNet.ConvRec.Dialogues;

/// <summary>Writes files that are complete or absent, never half: into <c>PATH.partial</c>, moved into place at the end.</summary>
internal static class AtomicFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Writes bytes; gzip if the name ends with <c>.gz</c>. Missing folders are made; an existing file is replaced at the end.
    /// </summary>
    /// <param name="path">The file. A symbolic link stays and its target is written; a device or a pipe is written through, as it comes.</param>
    /// <param name="write">Writes the content. If it throws, an existing file stays as it was and nothing is left behind.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        if (WriteTarget.IsThrough(path))
        {
            using var through = OpenThrough(path);
            WriteContent(path, through, write);
            return;
        }

        var target = WriteTarget.Of(path);
        var partial = target + ".partial";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        try
        {
            using (var file = File.Create(partial))
            {
                WriteContent(path, file, write);

                // Otherwise a loss of power may leave the new name with nothing in it.
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, target, overwrite: true);
        }
        finally
        {
            // After the move there is nothing left to delete.
            File.Delete(partial);
        }
    }

    /// <summary>Opens a device or a pipe for writing; a pipe waits for its reader.</summary>
    public static FileStream OpenThrough(string path) => new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

    /// <summary>Writes UTF-8 text without a byte order mark, with <c>\n</c> as the line break; otherwise as <see cref="Write"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    public static void WriteText(string path, Action<TextWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Write(path, stream =>
        {
            using var text = new StreamWriter(stream, Utf8, leaveOpen: true) { NewLine = "\n" };
            write(text);
        });
    }

    private static void WriteContent(string path, FileStream file, Action<Stream> write)
    {
        if (IsGzip(path))
        {
            using var gzip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
            write(gzip);
        }
        else
        {
            write(file);
        }
    }

    private static bool IsGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
