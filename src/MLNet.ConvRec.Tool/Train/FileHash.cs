using System.Security.Cryptography;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The SHA-256 of a run's files, by which a reader of its report knows them again.</summary>
internal static class FileHash
{
    /// <summary>Returns a file's hash in hexadecimal letters; <see langword="null"/> for a pipe or device, which can't be read twice.</summary>
    public static string? Of(string path)
    {
        // The length of a pipe is 0: opening one that nobody writes to would wait for ever.
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
            return null;
        using var file = File.OpenRead(path);
        return file.CanSeek ? Convert.ToHexStringLower(SHA256.HashData(file)) : null;
    }
}
