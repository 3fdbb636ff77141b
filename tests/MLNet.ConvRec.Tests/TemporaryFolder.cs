using System.IO.Compression;

namespace MLNet.ConvRec.Tests;

/// <summary>A folder of its own for one test, deleted with all it holds at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convrec-");

    /// <summary>Where the folder is.</summary>
    public string FullName => _folder.FullName;

    /// <summary>The path of a file in the folder.</summary>
    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Writes a file of text lines and returns its path.</summary>
    public string WithLines(string name, params IEnumerable<string> lines)
    {
        File.WriteAllText(PathOf(name), string.Concat(lines.Select(line => line + "\n")));
        return PathOf(name);
    }

    /// <summary>Writes bytes as gzip and returns the path.</summary>
    public string WithGzip(string name, byte[] content)
    {
        using var gzip = new GZipStream(File.Create(PathOf(name)), CompressionLevel.Fastest);
        gzip.Write(content);
        return PathOf(name);
    }

    /// <summary>The names of all files in the folder.</summary>
    public string[] Names => [.. _folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Delete(recursive: true);
}
