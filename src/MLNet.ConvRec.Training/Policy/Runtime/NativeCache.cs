using System.Security.Cryptography;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>The user's folder for libraries that are made here, since neither the package cache nor the output folder is written to.</summary>
internal static class NativeCache
{
    /// <summary>Writes a library, unless it is there.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="image">Its bytes.</param>
    /// <returns>Its path, which is named by its content, so that versions live side by side and a half-written one is never found.</returns>
    public static string Write(string name, byte[] image)
    {
        var folder = Path.Combine(Folder(), Convert.ToHexStringLower(SHA256.HashData(image))[..16]);
        var copy = Path.Combine(folder, name);
        if (File.Exists(copy) && new FileInfo(copy).Length == image.Length)
            return copy;
        Directory.CreateDirectory(folder);
        var partial = Path.Combine(folder, $"{Environment.ProcessId}.partial");
        File.WriteAllBytes(partial, image);
        File.Move(partial, copy, overwrite: true);
        return copy;
    }

    private static string Folder()
    {
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(local.Length > 0 ? local : Path.GetTempPath(), "mlnet-convrec", "native");
    }
}
