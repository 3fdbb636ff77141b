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
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content. If it throws, an existing file stays as it was and nothing is left behind.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        var partial = path + ".partial";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            using (Stream file = File.Create(partial))
            {
                using Stream content = IsGzip(path) ? new GZipStream(file, CompressionLevel.Optimal) : file;
                write(content);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            // After the move there is nothing left to delete.
            File.Delete(partial);
        }
    }

    /// <summary>Writes UTF-8 text without a byte order mark, with <c>\n</c> as the line break; otherwise as <see cref="Write"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    public static void WriteText(string path, Action<TextWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Write(path, stream =>
        {
            using var text = new StreamWriter(stream, Utf8) { NewLine = "\n" };
            write(text);
        });
    }

    private static bool IsGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
