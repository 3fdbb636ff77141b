using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>What <c>--recommendations</c> names: files, each a system, or <c>NAME=FILE,FILE</c>, several runs of one.</summary>
internal static class RecommendationFiles
{
    private const string TrecRunEnding = ".run";

    /// <summary>Opens them; a file whose name ends with .run is a TREC run.</summary>
    public static IEnumerable<NamedRuns> Open(IReadOnlyList<string> written)
    {
        string[] alone = [.. written.Where(IsFile)];
        var names = alone.Zip(NamesOf(alone)).ToDictionary(StringComparer.Ordinal);
        return written.Select(one => names.TryGetValue(one, out var name) ? new NamedRuns(name, [new NamedLists(name, Read(one), one)]) : Together(one));
    }

    /// <summary>Returns the files alone.</summary>
    public static IEnumerable<string> PathsOf(IEnumerable<string> written) => written.SelectMany(one => IsFile(one) ? [one] : FilesOf(one));

    /// <summary>Returns a file's path without what its kind adds to its name.</summary>
    public static string WithoutExtension(string path)
    {
        var unzipped = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^".gz".Length] : path;
        return Path.ChangeExtension(unzipped, null);
    }

    private static bool IsFile(string written) => !written.Contains('=', StringComparison.Ordinal) || File.Exists(written);

    private static string[] FilesOf(string written) => written[(written.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static NamedRuns Together(string written)
    {
        var name = written[..written.IndexOf('=', StringComparison.Ordinal)];
        return FilesOf(written) is { Length: > 1 } files && name.Length > 0
            ? new NamedRuns(name, [.. files.Select((path, run) => new NamedLists($"{name}-{run + 1}", Read(path), path))])
            : throw new ArgumentException($"--recommendations {written} can't be read; write NAME=FILE,FILE for several runs of one system, or a file.");
    }

    private static IEnumerable<RecommendationList> Read(string path) =>
        path.EndsWith(TrecRunEnding, StringComparison.OrdinalIgnoreCase) ? TrecRun.Read(path) : RecommendationFile.Read(path);

    // Files of several runs may be called alike; then their paths tell them apart.
    private static string[] NamesOf(IReadOnlyList<string> paths)
    {
        string[] names = [.. paths.Select(path => Path.GetFileName(WithoutExtension(path)))];
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length ? names : [.. paths.Select(WithoutExtension)];
    }
}
