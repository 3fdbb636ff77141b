using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using MLNet.ConvRec.Gpu.Checks;

namespace MLNet.ConvRec.Gpu;

/// <summary>Makes the kit: what runs where there is neither .NET nor a network, in parts that can be carried one by one.</summary>
/// <remarks>
/// The kit itself and the QuickStart, published with .NET and ONNX Runtime's CUDA provider and without libtorch, which the other machine has; a tar archive,
/// gzip, cut into parts. <c>run.sh</c> puts it together again.
/// </remarks>
internal static class KitPack
{
    private const long PartBytes = 56L << 20;
    private static readonly string[] Projects = ["tests/MLNet.ConvRec.Gpu", "samples/QuickStart"];

    // The provider of another engine, which nothing here asks for.
    private static readonly string[] LeftOut = ["libonnxruntime_providers_tensorrt.so"];

    /// <summary>Publishes and packs; to be run in the repository's folder.</summary>
    /// <param name="setting">Where the golden values are.</param>
    /// <param name="folder">Where the parts go.</param>
    /// <param name="log">Told how it goes.</param>
    /// <exception cref="InvalidOperationException">A project could not be published.</exception>
    public static void Write(CheckSetting setting, string folder, TextWriter log)
    {
        var work = Directory.CreateTempSubdirectory("convrec-kit-").FullName;
        try
        {
            var (published, built) = (Path.Combine(work, "kit"), Path.Combine(work, "build"));
            foreach (var project in Projects)
                Publish(project, published, built);
            foreach (var file in LeftOut.Select(name => Path.Combine(published, name)))
                File.Delete(file);
            var golden = Directory.CreateDirectory(Path.Combine(published, CheckSetting.Golden)).FullName;
            File.Copy(setting.GoldenFile(GoldenCheck.ObjectiveFile), Path.Combine(golden, GoldenCheck.ObjectiveFile));
            Directory.CreateDirectory(folder);
            foreach (var earlier in Directory.GetFiles(folder, "part-*"))
                File.Delete(earlier);
            var archive = Path.Combine(work, "kit.tar.gz");
            using (var stream = File.Create(archive))
            using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
                TarFile.CreateFromDirectory(published, gzip, includeBaseDirectory: false);
            Cut(archive, folder, log);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    // Outputs of its own, so that the packages of the GPU don't stand in the working tree's.
    private static void Publish(string project, string published, string built)
    {
        string[] arguments =
        [
            "publish", project, "-c", "Release", "-r", "linux-x64", "--self-contained", "true", "-o", published, "--artifacts-path", built,
            "-p:ConvRecOnnx=gpu", "-p:ConvRecBackend=none", "-p:UseCurrentRuntimeIdentifier=false", "-v", "q", "-nologo",
        ];
        using var process = Process.Start("dotnet", arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}; its own words are above.");
    }

    private static void Cut(string archive, string folder, TextWriter log)
    {
        using var stream = File.OpenRead(archive);
        var buffer = new byte[1 << 20];
        for (var part = 0; stream.Position < stream.Length; part++)
        {
            var path = Path.Combine(folder, $"part-{part:00}");
            using var file = File.Create(path);
            for (var left = PartBytes; left > 0 && stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length)) is var read and > 0; left -= read)
                file.Write(buffer, 0, read);
            log.WriteLine($"{path}: {file.Length / 1e6:N1} MB");
        }
    }
}
