using System.Formats.Tar;

namespace MLNet.ConvRec.Dialogues;

/// <summary>Where writing to a path ends: a link leads on to its target, and a device or a pipe is nothing that could be replaced.</summary>
internal static class WriteTarget
{
    /// <summary>Returns the file that the path leads to, over any number of links, or the path itself where it is no link.</summary>
    public static string Of(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;

    /// <summary>Returns whether the path is written through: a device, a pipe or a socket, which a new file must not replace.</summary>
    /// <remarks>What is opened by the number of a descriptor (<c>/dev/fd/3</c>) leads to <c>pipe:[17]</c>, which is no path: through as well.</remarks>
    public static bool IsThrough(string path)
    {
        if (OperatingSystem.IsWindows() || !Path.Exists(path))
            return false;
        var target = Of(path);
        if (!File.Exists(target))
            return target.Contains(":[", StringComparison.Ordinal);

        // Only a file has a length.
        return new FileInfo(target).Length == 0 && !IsFile(target);
    }

    // The framework tells pipes and devices from files in one place only: where it puts them into an archive.
    private static bool IsFile(string path)
    {
        try
        {
            using var archive = new MemoryStream();
            using (var writer = new TarWriter(archive, leaveOpen: true))
                writer.WriteEntry(path, "entry");
            archive.Position = 0;
            using var reader = new TarReader(archive);
            return reader.GetNextEntry() is { EntryType: TarEntryType.RegularFile };
        }
        catch (UnauthorizedAccessException)
        {
            return true; // a file that may not be read: opening it is what an archive does with files only
        }
        catch (IOException)
        {
            return false; // a socket
        }
    }
}
