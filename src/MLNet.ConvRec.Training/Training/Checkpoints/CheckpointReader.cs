using System.Security.Cryptography;
using System.Text;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>Reads a checkpoint's manifest after every byte of the checkpoint was checked.</summary>
internal static class CheckpointReader
{
    /// <summary>Checks a checkpoint.</summary>
    /// <exception cref="InvalidDataException">A file is missing, cut, or changed; the sentence names it.</exception>
    public static CheckpointManifest Read(string folder)
    {
        var path = Path.Combine(folder, CheckpointNames.Manifest);
        var mark = Bytes(Path.Combine(folder, CheckpointNames.Complete));
        var bytes = Bytes(path);
        var hash = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        if (!mark.AsSpan().SequenceEqual(hash))
            throw new InvalidDataException($"{path}: the file is not the one that {CheckpointNames.Complete} was written for");
        var manifest = CheckpointManifest.Read(bytes, path);
        foreach (var (name, file) in manifest.Files)
            Check(Path.Combine(folder, name), file);
        return manifest;
    }

    private static void Check(string path, CheckpointFile file)
    {
        if (!File.Exists(path))
            throw new InvalidDataException($"{path}: the file is missing");
        using var stream = File.OpenRead(path);
        if (stream.Length != file.Length)
            throw new InvalidDataException($"{path}: the file has {stream.Length} bytes instead of {file.Length}");
        if (Convert.ToHexStringLower(SHA256.HashData(stream)) != file.Sha256)
            throw new InvalidDataException($"{path}: the file was changed since it was written");
    }

    private static byte[] Bytes(string path) => File.Exists(path) ? File.ReadAllBytes(path) : throw new InvalidDataException($"{path}: the file is missing");
}
