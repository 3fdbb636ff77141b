using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>Checkpoints on the disk.</summary>
internal sealed class DiskFiles : ICheckpointFiles
{
    public void CreateFolder(string folder) => Directory.CreateDirectory(folder);

    public Stream Create(string path) => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);

    public void Flush(Stream file) => ((FileStream)file).Flush(flushToDisk: true);

    // Windows writes names through its file system's journal and lets nobody open a folder for it.
    public void FlushNames(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        const int ReadOnly = 0;
        var descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        if (descriptor < 0)
            throw Fault();
        try
        {
            if (Synchronize(descriptor) != 0)
                throw Fault();
        }
        finally
        {
            _ = Close(descriptor);
        }

        IOException Fault() => new($"{folder}: the folder could not be written to the disk ({new Win32Exception(Marshal.GetLastPInvokeError()).Message}).");
    }

    public void Rename(string folder, string newFolder) => Directory.Move(folder, newFolder);

    public void DeleteFile(string path) => File.Delete(path);

    public void DeleteFolder(string folder) => Directory.Delete(folder);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
