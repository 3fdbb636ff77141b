using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>The files of <c>--recommendations</c>, each a system.</summary>
internal static class RecommendationFiles
{
    private const string TrecRunEnding = ".run";

    /// <summary>Opens them; one whose name ends with .run is a TREC run.</summary>
    public static IEnumerable<NamedLists> Open(IReadOnlyList<string> paths) =>
        paths.Zip(NamesOf(paths), (path, name) => new NamedLists(name, Read(path), path));

    /// <summary>Returns a file's path without what its kind adds to its name.</summary>
    public static string WithoutExtension(string path)
    {
        var unzipped = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^".gz".Length] : path;
        return Path.ChangeExtension(unzipped, null);
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
